"""What sockets and visitors report of a deploy, and how it is evaluated."""
import socket
import struct
import threading
import time
from contextlib import closing

import pytest

from benchmarks import frames
from benchmarks.client.residents import Residents
from benchmarks.client.visitors import Visitors
from benchmarks.figures import number
from benchmarks.questions import deploy
from tests.support.waiting import wait_for

SWITCHED = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"


class Server:
    """Answers one connection after another with the given texts, closing each."""

    def __init__(self, *answers):
        self.listening = socket.socket()
        self.listening.bind(("127.0.0.1", 0))
        self.listening.listen()
        self.port = self.listening.getsockname()[1]
        self.answers = answers
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        for answer in self.answers:
            connection, _ = self.listening.accept()
            connection.recv(65536)
            connection.sendall(answer)
            connection.shutdown(socket.SHUT_WR)
            connection.close()

    def close(self):
        self.thread.join(10)
        self.listening.close()


def close_frame(code, reason=b""):
    payload = struct.pack("!H", code) + reason
    return frames.header(frames.CLOSE, len(payload)) + payload


def numbers(*which):
    return b"".join(frames.server_frame(str(each)) for each in which)


def resident_of(*answers):
    """What one resident reports once it has seen all of a server's answers."""
    residents = Residents(0, "/", 1)
    with closing(Server(*answers)) as server:
        residents.port = server.port
        wait_for(lambda: residents.step() or not server.thread.is_alive(), what="all answers")
        wait_for(lambda: residents.step() or len(residents.due) == 1, what="the last close")
    return residents.summary()


def test_a_resident_comes_back_and_knows_what_it_has_missed():
    told = resident_of(SWITCHED + numbers(3, 4) + close_frame(1012, b"spread=0"),
                       SWITCHED + numbers(4, 7))
    assert told["closes"] == {"1012": 1, "1006": 1}
    assert (told["seen"], told["lost"]) == (3, 2)  # 5 and 6
    assert told["longest_away"] is not None and told["failures"] == {}


def test_a_resident_that_is_refused_tries_again():
    told = resident_of(b"HTTP/1.1 503 Service Unavailable\r\n\r\n", SWITCHED + numbers(0))
    assert told["failures"] == {"503": 1}
    assert (told["seen"], told["lost"]) == (1, 0)


def test_a_resident_waits_as_long_as_it_is_told():
    residents = Residents(0, "/", 1)
    with closing(Server(SWITCHED + close_frame(1012, b"spread=500"))) as server:
        residents.port = server.port
        wait_for(lambda: residents.step() or residents.closes, what="the close")
    (when, _), = residents.due
    assert when > time.monotonic() + 0.1


@pytest.mark.parametrize("answer,failed", [
    (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", {}),
    (b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", {"502": 1}),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no", {"IncompleteRead": 1}),
])
def test_a_page_counts_when_all_of_it_has_come(answer, failed):
    visitors = Visitors(0, "/")
    with closing(Server(answer)) as server:
        visitors.port = server.port
        reading = threading.Thread(target=visitors.read_pages)
        reading.start()
        wait_for(lambda: visitors.seconds or visitors.failed, what="a page")
        visitors.is_over = True
        reading.join()
    assert dict(visitors.failed) == failed


def seen(**changes):
    return dict({
        "seconds": 9.0, "open": 20, "closes": {}, "failures": {}, "lost": 0, "seen": 200,
        "back": None, "longest_away": None,
        "visits": {"pages": 90, "failed": {}, "p50": 0.01, "slowest": 0.2}}, **changes)


def misses(restart, code):
    results = {"restart": {deploy.OURS: restart}, "code": {deploy.OURS: code}}
    return [check.text for check in deploy.checks(results) if not check.met]


def test_a_deploy_of_code_throws_nobody_out_and_loses_nothing():
    assert misses(seen(), seen()) == []
    assert misses(seen(closes={"1012": 10}, lost=4), seen()) == []  # of a restart nobody asks that
    assert misses(seen(), seen(closes={"1006": 10})) == ["deploy of code: sockets thrown out"]
    assert misses(seen(), seen(lost=1)) == ["deploy of code: frames lost"]


def test_no_page_fails_and_none_is_slower_than_a_second():
    visits = seen()["visits"]
    assert misses(seen(visits=dict(visits, failed={"502": 1})), seen()) == [
        "deploy, restart: pages failed"]
    assert misses(seen(), seen(visits=dict(visits, slowest=1.2))) == ["deploy, code: slowest page"]


def test_the_table_names_the_codes():
    (_, _, (row,)), _ = deploy.tables({
        "restart": {"workshop": seen(closes={"1012": 7, "1006": 3}, back=2.0)}, "code": {}})
    assert "1006: 3, 1012: 7" in row and number(2.0) in row
