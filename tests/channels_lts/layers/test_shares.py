"""
A real daphne, a real Redis and no worker but the test: whose frames it gets, and in what order.
"""
import socket
from collections import Counter

import pytest
import websocket

from tests.support.waiting import wait_for

from .site import Site

FLOOD, OTHER = "127.0.0.2", "127.0.0.1"
FRAMES, SHARE, CAPACITY = "websocket.receive", 10, 30


def open_from(site, address):
    """A socket of another address of this machine."""
    wire = socket.create_connection(("127.0.0.1", site.port), 15, (address, 0))
    opened = websocket.create_connection("ws://127.0.0.1:%d/" % site.port, socket=wire)
    site.sockets.append(opened)
    return opened


def waiting(site):
    return site.redis.client.llen(site.layer.prefix + FRAMES)


def next_text(site):
    """The text of the next frame that a worker gets."""
    found = []

    def take():
        channel, message = site.layer.receive([FRAMES])
        found.extend([message["text"]] if channel else [])
        return found
    return wait_for(take, what="a frame")[0]


@pytest.fixture
def site(tmp_path, new_redis):
    """Without a worker once its sockets are in."""
    made = Site(tmp_path, new_redis("--save", ""), engine={"ADDRESS_FRAMES_WAITING": SHARE},
                channel_capacity={FRAMES: CAPACITY})
    yield made.start()
    made.stop()


def without_worker(site, *addresses):
    """{address: socket}, opened before the worker goes."""
    opened = {address: open_from(site, address) for address in addresses}
    site.stop_worker()
    return opened


def test_an_address_that_floods_delays_its_own_frames_only_and_loses_none(site):
    flooding = [open_from(site, FLOOD) for _ in range(3)]
    other = without_worker(site, OTHER)[OTHER]
    texts = ["%d.%d" % (number, count) for number in range(3) for count in range(300)]
    for text in texts:
        flooding[int(text[0])].send(text)
    wait_for(lambda: "ADDRESS_FRAMES_WAITING" in site.log(), what="sockets that aren't read")
    assert waiting(site) == SHARE
    other.send("other")
    wait_for(lambda: waiting(site) == SHARE + 1, what="the other's frame in the channel")
    got = [next_text(site) for _ in range(len(texts) + 1)]
    assert got.index("other") == SHARE
    got.remove("other")
    assert sorted(got) == sorted(texts)
    for number in "012":
        ours = [text for text in got if text[0] == number]
        assert ours == [text for text in texts if text[0] == number]
    assert all(is_open(each) for each in flooding + [other])


def is_open(opened):
    """Whether a ping is answered, and nothing comes before the answer."""
    opened.ping()
    return opened.recv_data(control_frame=True)[0] == websocket.ABNF.OPCODE_PONG


def test_where_many_addresses_fill_the_channel_each_has_its_turn(site):
    addresses = ["127.0.0.%d" % number for number in range(2, 6)]
    opened = without_worker(site, OTHER, *addresses)
    for address in addresses:
        for count in range(2 * SHARE):
            opened[address].send(address)
    wait_for(lambda: waiting(site) == CAPACITY, what="a full channel")
    opened[OTHER].send(OTHER)
    got = [next_text(site) for _ in range(8 * SHARE + 1)]
    # What was in the channel, and at most two turns of each address.
    assert got.index(OTHER) <= CAPACITY + 2 * len(addresses)
    assert Counter(got) == dict(dict.fromkeys(addresses, 2 * SHARE), **{OTHER: 1})
    assert all(map(is_open, opened.values()))
