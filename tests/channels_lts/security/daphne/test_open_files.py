"""
The files that daphne may have open.
"""
import resource
import socket

from tests.support.waiting import wait_for


def test_daphne_takes_as_many_as_it_may_and_says_when_there_are_no_more(new_limited_site):
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (before[1] - 1, before[1]))
    try:
        site = new_limited_site()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert resource.prlimit(site.daphne.pid, resource.RLIMIT_NOFILE) == (before[1], before[1])
    resource.prlimit(site.daphne.pid, resource.RLIMIT_NOFILE, (1, before[1]))
    clients = [socket.create_connection(("127.0.0.1", site.port)) for _ in range(5)]
    try:
        wait_for(lambda: "ulimit -n" in site.log(), what="a line about open files")
    finally:
        resource.prlimit(site.daphne.pid, resource.RLIMIT_NOFILE, (before[1], before[1]))
        for each in clients:
            each.close()
    wait_for(lambda: site.page_status() == 200, what="a page")
    assert site.log().count("ulimit -n") == 1
