"""
A real daphne, a real Redis that comes and goes, and browsers that see it through.
"""
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from websocket import ABNF

from channels_lts.layers.base import capabilities_of
from channels_lts.layers.redis.counters import SENT
from tests.support.ports import free_port
from tests.support.waiting import wait_for

from . import certificate
from .site import CHANNELS, GROUP, Layer, close_code

KEEP = ("--appendonly", "yes", "--appendfsync", "always", "--save", "")


@contextmanager
def paused(process):
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def is_in_group(site, number=1):
    return wait_for(lambda: len(site.layer.group_channels(GROUP)) == number,
                    what="%d members" % number)


@pytest.fixture
def site(new_site):
    return new_site()


def test_pages_frames_and_groups_work(site):
    one, two = site.connect(), site.connect()
    one.send("hello")
    assert one.recv() == "echo hello"
    site.layer.send_group(GROUP, {"text": "to all"})
    assert (one.recv(), two.recv()) == ("to all", "to all")
    assert site.page_status() == 200


def test_a_group_send_is_one_entry_however_many_sockets_there_are(site):
    sockets = [site.connect() for _ in range(20)]
    process = site.layer.group_channels(GROUP)[0].split("!")[0] + "!"
    pushed = site.redis.client.info("commandstats")["cmdstat_rpush"]["calls"]
    sender = Layer(**site.config)
    sender.send_group(GROUP, {"text": "to all"})
    assert [each.recv() for each in sockets] == ["to all"] * 20
    assert site.redis.client.info("commandstats")["cmdstat_rpush"]["calls"] == pushed + 1
    assert sender.counters.take() == {(process, SENT): 20}


def test_daphne_reports_what_it_has_sent(site):
    site.connect().send("hello")
    for channel in ("websocket.connect", "websocket.receive"):
        wait_for(lambda: site.layer.channel_statistics(channel)["messages_count"] == 1,
                 what="a count of %s" % channel)


def test_the_end_of_a_room_reaches_everybody_in_its_order(site):
    sockets = [site.connect() for _ in range(40)]
    is_in_group(site, 40)
    site.layer.send_group(GROUP, {"text": "almost"})
    site.layer.send_group(GROUP, {"text": "over", "close": 4403})
    site.layer.send_group(GROUP, {"text": "too late"})
    for each in sockets:
        assert (each.recv(), each.recv()) == ("almost", "over")
        assert close_code(each) == 4403
    assert site.page_status() == 200


def test_daphne_reports_its_sockets(site):
    site.connect()
    capabilities = capabilities_of(site.layer)
    wait_for(lambda: [each["sockets"] for each in capabilities.alive("interface")] == [1],
             seconds=15, what="a report with one socket")


def test_when_redis_comes_back_empty_browsers_are_told_to_come_again(site):
    one = site.connect()
    is_in_group(site)
    site.redis.restart()
    assert close_code(one) == 1012
    again = site.connect()
    is_in_group(site)
    site.layer.send_group(GROUP, {"text": "welcome back"})
    assert again.recv() == "welcome back"
    assert site.log().count("has lost the groups") == 1


def test_when_redis_is_flushed_browsers_are_told_to_come_again(site):
    one = site.connect()
    is_in_group(site)
    site.redis.client.flushall()
    assert close_code(one) == 1012


def test_when_redis_comes_back_with_its_data_no_socket_is_dropped(new_site, log):
    site = new_site(*KEEP)
    one = site.connect()
    is_in_group(site)
    site.redis.restart()
    site.layer.send_group(GROUP, {"text": "still here"})
    assert one.recv() == "still here"
    one.send("me too")
    assert one.recv() == "echo me too"
    assert site.log().count("is away") == site.log().count("is back") == 1
    assert log.count("is away") == log.count("is back") == 1


def test_when_the_network_is_cut_for_a_moment_no_socket_is_dropped(proxied):
    site, proxy = proxied
    one = site.start().connect()
    is_in_group(site)
    proxy.cut()
    wait_for(lambda: "is back" in site.log(), what="a daphne that has noticed")
    site.layer.send_group(GROUP, {"text": "still here"})
    assert one.recv() == "still here"
    one.send("me too")
    assert one.recv() == "echo me too"


def test_a_redis_that_is_a_replica_for_a_while_is_waited_for(site, log):
    one = site.connect()
    is_in_group(site)
    site.redis.client.slaveof("127.0.0.1", free_port())
    wait_for(lambda: "is away" in site.log(), what="a daphne that has noticed")
    assert site.page_status() == 503
    before = site.redis.client.info("stats")["total_connections_received"]
    wait_for(lambda: site.redis.client.info("stats")["total_connections_received"] > before + 10,
             what="some attempts")
    one.send("kept")
    site.redis.client.slaveof()
    assert one.recv() == "echo kept"
    wait_for(lambda: site.page_status() == 200, seconds=2, what="a page")
    for text in (site.log(), log.text):
        assert text.count("is away, waiting for it: ") == text.count("is back") == 1


def test_while_redis_is_away_pages_and_handshakes_are_refused_and_frames_wait(new_site):
    site = new_site(*KEEP)
    one, leaver = site.connect(), site.connect()
    is_in_group(site, 2)
    site.redis.stop()
    wait_for(lambda: "is away" in site.log(), what="a daphne that has noticed")
    assert site.page_status() == 503
    assert site.connect_status() == 503
    one.send("kept")
    leaver.close()
    site.redis.start()
    assert one.recv() == "echo kept"
    wait_for(lambda: ("websocket.disconnect", None) in site.worker.seen, what="the disconnect")


def test_a_daphne_that_starts_before_its_redis_refuses_politely_and_then_works(site):
    site.stop_daphne()
    site.redis.stop()
    site.start_daphne()
    wait_for(lambda: site.page_status() == 503, what="a page that says 503")
    site.redis.start()
    wait_for(lambda: site.page_status() == 200, what="a page")
    assert site.connect_status() == 101


def test_what_daphne_takes_while_redis_hangs_is_bounded(site):
    # Six uploads of 11 MiB: one may be on its way, three may wait for it.
    with paused(site.redis.child), ThreadPoolExecutor(6) as threads:
        uploads = [threads.submit(site.page_status, method="POST", data=b"x" * (11 * 2 ** 20))
                   for _ in range(6)]
        wait_for(lambda: "http.request not taken: Redis is too slow" in site.log(),
                 what="a refusal")
        assert site.page_status() == 503
        assert [upload.result() for upload in uploads] == [503] * 6
    wait_for(lambda: site.page_status() == 200, what="a page")


def test_a_frame_that_waited_too_long_closes_its_socket(site):
    one = site.connect()
    site.redis.stop()
    one.send("never")
    assert close_code(one) == 1013


def test_what_is_too_large_is_refused_before_it_reaches_redis(new_site):
    site = new_site(max_frame=1000, max_body=2000)
    one, two = site.connect(), site.connect()
    one.send("x" * 1001)
    assert close_code(one) == 1009
    two.send("é" * 500)
    assert two.recv() == "echo " + "é" * 500
    assert site.page_status(method="POST", data=b"x" * 2001) == 413
    assert site.page_status(method="POST", data=b"x" * 2000) == 200


def test_a_frame_that_is_announced_too_large_is_not_collected(new_site):
    site = new_site(max_frame=1000)
    one = site.connect()
    length = (8 * 2 ** 30).to_bytes(8, "big")
    one.sock.sendall(b"\x81\xff" + length + b"mask")  # and not a byte of the frame itself
    assert close_code(one) == 1009


def test_a_socket_that_sends_too_often_is_closed_and_the_others_go_on(new_site):
    site = new_site(frame_rate=0.001, frame_burst=5)
    one, two = site.connect(), site.connect()
    one.sock.sendall(b"".join(ABNF.create_frame("%d" % number, ABNF.OPCODE_TEXT).format()
                              for number in range(1000)))
    assert close_code(one) == 1008
    wait_for(lambda: ("websocket.disconnect", None) in site.worker.seen, what="its disconnect")

    def received():  # a worker may take its disconnect before them
        return [text for channel, text in site.worker.seen if channel == "websocket.receive"]
    wait_for(lambda: len(received()) >= 5, what="its frames")
    assert received() == list("01234")
    # One line at first, and the others together ten seconds later.
    assert 1 <= site.log().count("not taken: a browser sends too many, it is closed (frame") <= 3
    two.send("still here")
    assert two.recv() == "echo still here"
    assert site.page_status() == 200


PING = ABNF.create_frame(b"p" * 125, ABNF.OPCODE_PING).format()


def test_pings_count_as_frames(new_site):
    site = new_site(frame_rate=0.001, frame_burst=5)
    one = site.connect()
    one.sock.sendall(5 * PING)
    pongs = [one.recv_frame() for _ in range(5)]
    assert {(each.opcode, each.data) for each in pongs} == {(ABNF.OPCODE_PONG, b"p" * 125)}
    one.sock.sendall(PING)
    assert close_code(one) == 1008


def test_the_limit_of_frames_can_be_switched_off(new_site):
    site = new_site(frame_rate=None, frame_burst=1)
    one = site.connect()
    for number in range(100):
        one.send(str(number))
        assert one.recv() == "echo %d" % number


def test_full_channels_refuse_aloud_and_a_disconnect_waits_until_it_is_taken(new_site):
    site = new_site(capacity=3)
    one, leaver = site.connect(), site.connect()
    is_in_group(site, 2)
    site.stop_worker()
    for channel in CHANNELS:
        for _ in range(3):
            site.layer.send(channel, {"reply_channel": "nobody!x", "text": "filler"})
    assert site.page_status() == 503
    assert site.connect_status() == 503
    one.send("too much")
    assert close_code(one) == 1013
    leaver.close()
    for channel in ("http.request", "websocket.receive"):  # told with daphne's next heartbeat
        wait_for(lambda: site.layer.channel_statistics(channel)["channel_full_count"] == 1,
                 what="a count of %s" % channel)
    wait_for(lambda: "websocket.receive not taken: it is full" in site.log(), what="a log line")
    site.start_worker()
    wait_for(lambda: site.worker.seen.count(("websocket.disconnect", None)) >= 2,
             what="both disconnects")


def test_a_daphne_that_ends_tells_of_its_sockets_and_gets_no_more(site):
    site.connect()
    is_in_group(site)
    site.stop_worker()
    site.stop_daphne()
    assert site.layer.receive(["websocket.disconnect"])[0] == "websocket.disconnect"
    site.layer.send_group(GROUP, {"text": "to nobody"})
    assert site.layer.group_channels(GROUP) == []


@pytest.mark.parametrize("is_secure", [False, True], ids=["plain", "TLS"])
def test_a_browser_that_does_not_read_is_closed_and_the_others_go_on(
        new_site, tmp_path, is_secure):
    site = new_site(max_backlog=2 ** 20)
    if is_secure:
        site.stop_daphne()
        site.certificate = certificate.write(tmp_path)
        site.start_daphne()
        wait_for(site.is_listening, what="a daphne that speaks TLS")
    site.connect()  # and never reads
    reading = site.connect()
    is_in_group(site, 2)
    text = "x" * 500000

    def is_told():
        site.layer.send_group(GROUP, {"text": text})
        assert reading.recv() == text
        return "reads too slowly" in site.log()
    wait_for(is_told, seconds=30, what="a closed socket")
    wait_for(lambda: ("websocket.disconnect", None) in site.worker.seen, what="its disconnect")
    reading.send("still here")
    assert reading.recv() == "echo still here"
