"""
A real daphne, a real Redis and no worker but the test: whose requests and handshakes it gets.
"""
import socket

import pytest

from tests.support.waiting import wait_for

from .site import Site

FLOOD, OTHER = "127.0.0.2", "127.0.0.1"
PAGES, HANDSHAKES = "http.request", "websocket.connect"
ENDS = ["http.disconnect", "websocket.disconnect"]
SHARE, CAPACITY = 5, 30
HEADS = {
    PAGES: "GET /%s HTTP/1.1\r\nHost: localhost\r\n\r\n",
    HANDSHAKES: "GET /%s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
}


class Visitors:
    """Clients that request something, from several addresses of this machine."""

    def __init__(self, site):
        self.site = site
        self.wires = []

    def ask(self, channel, address, path):
        wire = socket.create_connection(("127.0.0.1", self.site.port), 15, (address, 0))
        wire.sendall((HEADS[channel] % path).encode("ascii"))
        self.wires.append(wire)
        return wire

    def wait_for(self, channel, amount):
        wait_for(lambda: self.waiting(channel) == amount, what="%d in %s" % (amount, channel))

    def waiting(self, channel):
        return self.site.redis.client.llen(self.site.layer.prefix + channel)

    def take(self, channel):
        """(path, reply channel) of the next one that a worker gets."""
        found = []

        def take():
            name, message = self.site.layer.receive([channel])
            found.extend([(message["path"], message["reply_channel"])] if name else [])
            return found
        return wait_for(take, what="a message in %s" % channel)[0]

    def leave(self):
        for wire in self.wires:
            wire.close()


@pytest.fixture
def visitors(tmp_path, new_redis):
    site = Site(tmp_path, new_redis("--save", ""), engine={"ADDRESS_REQUESTS_WAITING": SHARE},
                capacity=CAPACITY)
    site.start()
    site.stop_worker()
    while site.layer.receive(ENDS)[0]:
        pass
    made = Visitors(site)
    yield made
    made.leave()
    site.stop()


def answer(site, channel, reply_channel):
    site.layer.send(reply_channel, {"status": 200, "content": b"a page"}
                    if channel == PAGES else {"accept": True})


def status(wire):
    return int(wire.recv(2 ** 16).split(b" ")[1])


@pytest.mark.parametrize("channel", [PAGES, HANDSHAKES])
def test_others_are_behind_no_more_of_an_address_than_its_share(visitors, channel):
    flooding = [visitors.ask(channel, FLOOD, "flood%d" % number) for number in range(20)]
    wait_for(lambda: "ADDRESS_REQUESTS_WAITING" in visitors.site.log(), what="a line in the log")
    visitors.wait_for(channel, SHARE)
    other = visitors.ask(channel, OTHER, "other")
    visitors.wait_for(channel, SHARE + 1)
    paths = []
    for _ in range(21):
        path, reply_channel = visitors.take(channel)
        paths.append(path)
        answer(visitors.site, channel, reply_channel)
    assert paths.index("/other") <= SHARE
    assert sorted(paths) == sorted(["/other"] + ["/flood%d" % number for number in range(20)])
    assert {status(wire) for wire in flooding + [other]} == {200 if channel == PAGES else 101}


@pytest.mark.parametrize("channel", [PAGES, HANDSHAKES])
def test_no_worker_gets_what_was_given_up(visitors, channel):
    for number in range(3):
        for count in range(10):
            visitors.ask(channel, FLOOD, "flood%d" % count)
        visitors.wait_for(channel, SHARE)
        visitors.leave()
        visitors.wait_for(channel, 0)
    visitors.ask(channel, OTHER, "other")
    assert visitors.take(channel)[0] == "/other"
    assert visitors.site.layer.receive([channel] + ENDS) == (None, None)
    keys = visitors.site.redis.client.keys(visitors.site.layer.prefix + "[0-9a-f]*")
    assert keys == []


@pytest.mark.parametrize("channel, end", [
    (PAGES, "http.disconnect"), (HANDSHAKES, "websocket.disconnect")])
def test_what_a_worker_has_taken_is_told_of_its_end(visitors, channel, end):
    visitors.ask(channel, OTHER, "other")
    _, reply_channel = visitors.take(channel)
    visitors.leave()
    visitors.wait_for(end, 1)
    assert visitors.site.layer.receive([end])[1]["reply_channel"] == reply_channel


def test_what_is_given_up_is_withdrawn_though_nobody_hears_of_ends(visitors):
    layer = visitors.site.layer
    for _ in range(CAPACITY):
        layer.send("http.disconnect", {})

    for _ in range(3):  # daphne learns from the first that the channel is full
        answered = visitors.ask(PAGES, OTHER, "answered")
        _path, reply_channel = visitors.take(PAGES)
        answer(visitors.site, PAGES, reply_channel)
        assert status(answered) == 200
    visitors.ask(PAGES, OTHER, "given-up")
    visitors.wait_for(PAGES, 1)
    visitors.leave()
    visitors.wait_for(PAGES, 0)
    wait_for(lambda: layer.channel_statistics("http.disconnect")["channel_full_count"] == 3,
             what="the ends that nobody took to be counted")


def test_what_is_beyond_what_may_wait_is_answered_with_503(visitors):
    for number in range(SHARE + CAPACITY):
        visitors.ask(PAGES, FLOOD, "flood%d" % number)
    visitors.wait_for(PAGES, SHARE)
    refused = visitors.ask(PAGES, FLOOD, "refused")
    answer = refused.recv(2 ** 16)
    assert answer.startswith(b"HTTP/1.1 503 ") and b"\r\nRetry-After: 5\r\n" in answer


def test_a_handshake_that_was_cut_while_a_worker_had_it_joins_no_group(visitors):
    wire = visitors.ask(HANDSHAKES, OTHER, "cut")
    _path, reply_channel = visitors.take(HANDSHAKES)
    wire.close()
    visitors.wait_for("websocket.disconnect", 1)
    visitors.site.layer.group_add("g", reply_channel)
    assert visitors.site.layer.group_channels("g") == []


def test_a_request_that_redis_has_lost_is_answered_before_its_time_is_over(visitors):
    wire = visitors.ask(PAGES, OTHER, "lost")
    visitors.wait_for(PAGES, 1)
    visitors.site.redis.client.flushall()
    assert wire.recv(4096).startswith(b"HTTP/1.1 503 ")


def test_a_request_that_a_worker_has_is_answered_by_it_though_redis_was_flushed(visitors):
    wire = visitors.ask(PAGES, OTHER, "slow")
    _path, reply_channel = visitors.take(PAGES)
    visitors.site.redis.client.flushall()
    wait_for(lambda: "has lost the groups" in visitors.site.log(), what="a daphne that knows")
    visitors.site.layer.send(reply_channel, {"status": 200, "content": b"here it is"})
    assert wire.recv(4096).startswith(b"HTTP/1.1 200 ")
