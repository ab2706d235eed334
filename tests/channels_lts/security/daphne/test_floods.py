"""
A real daphne, browsers that send it all they can, and others that are served meanwhile.
"""
import threading
import time
from contextlib import contextmanager

import pytest
from websocket import ABNF

from tests.support.waiting import wait_for

from ...layers import certificate
from ...layers.site import close_code
from .browser import PING, PONG, frame, text

BEGIN, FRAGMENT = frame(ABNF.OPCODE_TEXT, b"a", fin=0), frame(ABNF.OPCODE_CONT, fin=0)
SIZE = 60000
LARGE = text("x" * SIZE)


def send_all(opened, data):
    try:
        while True:
            opened.sock.sendall(data)
    except OSError:  # closed
        pass


@contextmanager
def flooded(site, data, sockets=5):
    """While it lasts, sockets send the same again and again, as fast as they can."""
    opened = [site.connect() for _ in range(sockets)]
    threads = [threading.Thread(target=send_all, args=(each, data), daemon=True)
               for each in opened]
    for thread in threads:
        thread.start()
    yield opened
    for each in opened:
        each.shutdown()
    for thread in threads:
        thread.join(20)


def bytes_taken(site):
    return sum(len(content or "") for channel, content in site.worker.seen
               if channel == "websocket.receive")


def test_while_sockets_flood_no_more_is_worked_on_than_the_budget_and_pages_are_served(
        new_limited_site):
    rate, burst = 100000, 500000
    site = new_limited_site(SOCKET_BYTES=[rate, burst], ADDRESS_BYTES=[rate, burst])
    other = site.connect()
    begun = time.monotonic()
    with flooded(site, LARGE):
        wait_for(lambda: "ADDRESS_BYTES" in site.log(), what="a line in the log")
        for _ in range(30):
            assert site.page_status() == 200
        taken = bytes_taken(site)
        assert burst / 2 < taken < burst + rate * (time.monotonic() - begun) + 5 * SIZE
    other.send("still here")
    wait_for(lambda: ("websocket.receive", "still here") in site.worker.seen, what="its frame")
    assert site.log().count("ADDRESS_BYTES") == 1


@pytest.mark.parametrize("kind", [PING, PONG, FRAGMENT, text("")],
                         ids=["ping", "pong", "fragment", "frame"])
def test_small_frames_of_any_kind_close_their_socket_and_no_other(new_limited_site, kind):
    site = new_limited_site(layer={"frame_rate": 0.001, "frame_burst": 20})
    flood, other = site.connect(), site.connect()
    flood.sock.sendall(BEGIN * (kind is FRAGMENT) + kind * 5000)
    assert close_code(flood) == 1008
    other.send("still here")
    assert other.recv() == "echo still here" and site.page_status() == 200
    assert sum(channel == "websocket.receive" for channel, _ in site.worker.seen) <= 21


@pytest.mark.parametrize("is_secure", [False, True], ids=["plain", "TLS"])
def test_what_is_held_back_arrives_all_the_same_and_the_socket_ends_as_others_do(
        new_limited_site, tmp_path, is_secure):
    site = new_limited_site(SOCKET_BYTES=[400000, 1000])
    if is_secure:
        site.stop_daphne()
        site.certificate = certificate.write(tmp_path)
        site.start_daphne()
        wait_for(site.is_listening, what="a daphne that speaks TLS")
    one = site.connect()
    for number in range(10):
        one.send("%d" % number * SIZE)
    assert [one.recv()[:6] for _ in range(10)] == ["echo %d" % number for number in range(10)]
    one.send("y" * SIZE)
    one.send_close(1000)
    assert close_code(one) == 1000
    one.shutdown()
    wait_for(lambda: ("websocket.disconnect", None) in site.worker.seen, what="its disconnect")
    assert "SOCKET_BYTES" in site.log()


def test_a_daphne_that_ends_tells_of_the_sockets_that_it_held_back(new_limited_site):
    site = new_limited_site(SOCKET_BYTES=[1, 1000])
    one = site.connect()
    one.send("x" * 2000)
    assert one.recv() == "echo " + "x" * 2000
    one.send("waits")
    wait_for(lambda: "SOCKET_BYTES" in site.log(), what="a socket that is held back")
    site.stop_daphne()
    wait_for(lambda: ("websocket.disconnect", None) in site.worker.seen, what="its disconnect")


def test_an_address_may_have_so_many_sockets(new_limited_site):
    site = new_limited_site(MAX_SOCKETS_PER_ADDRESS=2)
    one, _ = site.connect(), site.connect()
    assert site.connect_status() == 503
    assert "MAX_SOCKETS_PER_ADDRESS" in site.log()
    one.close()
    wait_for(lambda: site.connect_status() == 101, what="room for one")


def test_a_message_that_never_ends_closes_its_socket(new_limited_site):
    site = new_limited_site(MESSAGE_SECONDS=0.5)
    one = site.connect()
    one.sock.sendall(BEGIN)
    assert close_code(one) == 1008
