"""
The files that daphne may have open.
"""
import resource
import socket

import pytest

from tests.support.waiting import wait_for


@pytest.fixture
def site(new_limited_site):
    return new_limited_site()


def test_daphne_takes_as_many_as_it_may_and_says_when_there_are_no_more(site):
    limits = resource.prlimit(site.daphne.pid, resource.RLIMIT_NOFILE)
    assert limits[0] == limits[1]
    resource.prlimit(site.daphne.pid, resource.RLIMIT_NOFILE, (1, limits[1]))
    clients = [socket.create_connection(("127.0.0.1", site.port)) for _ in range(5)]
    try:
        wait_for(lambda: "ulimit -n" in site.log(), what="a line about open files")
    finally:
        resource.prlimit(site.daphne.pid, resource.RLIMIT_NOFILE, limits)
        for each in clients:
            each.close()
    assert site.log().count("ulimit -n") == 1
    wait_for(lambda: site.page_status() == 200, what="a page")
