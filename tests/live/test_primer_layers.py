"""
The primer on the three layers that the slides name, each with real processes: in memory (one
process), Redis, POSIX shared memory.
"""
import uuid
from concurrent.futures import ThreadPoolExecutor
from subprocess import CalledProcessError

import pytest

from channels_lts.auth import SESSION_ENDED

from ..support.waiting import wait_for
from .deployment import Browser, Deployment, running
from .layered import IPCDeployment, MemoryDeployment
from .sockets import LiveSocket, accepted_first

BESIDE = ("background", "delay")


@pytest.fixture(scope="module", params=["memory", "redis", "ipc"])
def site(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "memory":
        site = MemoryDeployment(folder)
    elif request.param == "ipc":
        site = IPCDeployment(folder, workers=1, beside=BESIDE)
    else:
        site = Deployment(folder, request.getfixturevalue("redis_url"), workers=1, beside=BESIDE)
    with running(site):
        yield site


@pytest.fixture
def connect(site):
    opened = []

    def open_socket(path, browser=None):
        opened.append(LiveSocket(site, path, browser))
        return opened[-1]
    yield open_socket
    for socket in opened:
        socket.close()


@pytest.fixture
def browser(site):
    return Browser(site)


def say_text(socket, text):
    socket.socket.send(text)
    return socket


def test_what_one_says_comes_to_all_friends(connect):
    one, other = connect("/echo/"), connect("/echo/")
    say_text(one, "hello")
    assert one.socket.recv() == other.socket.recv() == "hello"


def test_the_class_answers_text_and_bytes(connect):
    socket = connect("/primer/class/")
    assert say_text(socket, "hello").socket.recv() == "hello"
    socket.socket.send_binary(b"\x00\xff")
    assert socket.socket.recv() == b"\x00\xff"


def test_streams_share_a_socket(connect):
    socket = connect("/primer/streams/")
    assert socket.frame() == {"stream": "echo", "payload": {"status": "I just connected!"}}
    socket.say({"stream": "other", "payload": {"text": "abc"}})
    assert socket.frame() == {"stream": "other", "payload": {"reversed": "cba"}}
    socket.say({"stream": "echo", "payload": {"text": "abc"}})
    assert socket.frame() == {"stream": "echo", "payload": {"original_message": {"text": "abc"}}}


def test_a_value_that_one_creates_comes_to_another(connect):
    one, other = connect("/primer/values/"), connect("/primer/values/")
    name = uuid.uuid4().hex[:12]
    one.say({"stream": "intval",
             "payload": {"action": "create", "data": {"name": name, "value": 7}}})

    def is_news(frame):
        return frame["payload"].get("data", {}).get("name") == name
    assert other.frame_like(is_news)["payload"]["data"]["value"] == 7


def test_the_visitor_is_known_to_whichever_worker_takes_the_frame(connect, browser):
    browser.log_in("alice")
    socket = connect("/primer/visitor/", browser)
    assert socket.frame() == {"user": "alice", "session": True}
    socket.say({"action": "who"})
    assert socket.frame() == {"user": "alice", "session": True}
    browser.log_out()
    assert socket.close_code() == SESSION_ENDED


def test_frames_come_in_order(connect):
    socket = connect("/primer/ordered/")
    for text in "abc":
        say_text(socket, text)
    assert [socket.frame() for _ in "abc"] == [
        {"order": order, "text": text} for order, text in enumerate("abc", 1)]


def test_a_request_is_answered_without_a_view(browser):
    answer = browser.get("/primer/raw/?a=1")
    assert answer.status_code == 200
    assert answer.json()["path"] == "/primer/raw/"
    assert answer.json()["query_string"] == "a=1"


def is_waited_for(site, after):
    """Whether a poll waits for what follows that number."""
    group = "primer-polls-%d" % after
    if isinstance(site, MemoryDeployment):  # nobody else can look into its memory
        return True
    if isinstance(site, IPCDeployment):
        return site.layer().group_channels(group)
    return list(site.redis.scan_iter("*:group:" + group))


def test_a_poll_is_answered_by_the_next_news(site, connect, browser):
    talker = connect("/primer/news/")
    talker.say({"news": "first"})
    first = talker.frame_like(lambda frame: frame.get("news") == "first")
    assert browser.get("/primer/poll/?after=%d" % (first["number"] - 1)).json() == first
    with ThreadPoolExecutor() as threads:
        poll = threads.submit(browser.get, "/primer/poll/?after=%d" % first["number"])
        wait_for(lambda: is_waited_for(site, first["number"]), seconds=30, what="a poll that waits")
        assert not poll.done()
        talker.say({"news": "second"})
        assert poll.result(20).json() == {"number": first["number"] + 1, "news": "second"}


def test_a_job_is_done_in_the_background(connect):
    socket = connect("/primer/work/")
    socket.say({"primes_below": 100})
    assert accepted_first(socket) == [
        {"accepted": {"primes_below": 100}}, {"primes_below": 100, "count": 25}]


def test_a_message_comes_later_where_a_delay_process_runs(site, connect):
    socket = connect("/primer/later/")
    socket.say({"text": "tea", "seconds": 1})
    note = {"text": "tea", "seconds": 1}
    if "delay" in site.beside:
        assert accepted_first(socket) == [{"accepted": note}, note]
    else:  # runserver has none
        assert socket.frame() == {"accepted": note}


def test_the_command_tells_news_where_processes_share_the_layer(site, connect):
    socket = connect("/primer/news/")
    text = uuid.uuid4().hex
    if isinstance(site, MemoryDeployment):
        with pytest.raises(CalledProcessError) as refused:
            site.manage("tell", text)
        assert "in-memory layer" in refused.value.output
        return
    site.manage("tell", text)
    assert socket.frame_like(lambda frame: frame.get("news") == text)


def test_pages_and_health_come_by_the_same_way(browser):
    assert browser.get("/healthz").status_code == 200
    assert browser.get("/links/").status_code == 200
