"""
The files that daphne may have open.
"""
import errno
import resource
import socket

import pytest
from twisted.internet.protocol import Factory
from twisted.internet.tcp import Port
from twisted.logger import globalLogPublisher

from channels_lts.security.daphne import open_files
from channels_lts.security.refusal_log import RefusalLog
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


class ListeningPort(Port):
    numberAccepts = 1


class FullSystem:
    """A listening socket of a system that has no room for one more."""

    def __init__(self, error):
        self.error = error

    def accept(self):
        raise OSError(self.error, "no")


@pytest.mark.parametrize("error", [errno.ENFILE, errno.ENOMEM, errno.ENOBUFS])
def test_a_system_without_room_is_told_of_too(monkeypatch, caplog, error):
    monkeypatch.setattr(open_files, "refusals", RefusalLog(open_files.refusals.logger))
    port = ListeningPort(0, Factory())
    port.socket = FullSystem(error)
    open_files.log_failures()
    try:
        port.doRead()
        port.doRead()
    finally:
        globalLogPublisher.removeObserver(open_files.observe)
    assert [errno.errorcode[error] in record.getMessage() for record in caplog.records
            if "ulimit -n" in record.getMessage()] == [True]
