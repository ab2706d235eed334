"""
The primer's examples between real processes: daphne, Redis, workers, one for work in the
background, and the delay server.
"""
import itertools
import json
import threading

import pytest
import requests
import websocket

from ..support.waiting import wait_for
from .deployment import Browser, Deployment, running
from .sockets import LiveSocket, accepted_first

numbers = itertools.count(1)


@pytest.fixture(scope="module")
def site(tmp_path_factory, redis_url):
    site = Deployment(tmp_path_factory.mktemp("primer"), redis_url,
                      beside=("background", "delay"),
                      DJANGO_SETTINGS_MODULE="tests.live.quick")
    with running(site):
        yield site


@pytest.fixture
def connect(site):
    """Opens sockets that are closed after the test."""
    site.forget_limits()
    opened = []

    def connect(path, browser=None):
        opened.append(LiveSocket(site, path, browser))
        return opened[-1]
    yield connect
    for socket in opened:
        socket.close()


@pytest.fixture
def poll(site):
    """Asks in a thread, again after each 204 if `again`; returns a list that gets the answer."""
    threads = []

    def ask(after, answers, again):
        answer = None
        while answer is None or (again and answer.status_code == 204):
            answer = requests.get("%s/primer/poll/?after=%d" % (site.url, after), timeout=30)
        answers.append(answer)

    def poll(after, again=False):
        answers = []
        threads.append(threading.Thread(target=ask, args=(after, answers, again)))
        threads[-1].start()
        return answers
    yield poll
    for thread in threads:
        thread.join(30)


def answer_of(answers):
    wait_for(lambda: answers, seconds=30, what="the answer to a poll")
    return answers[0]


def is_waited_for(site, after, count):
    """Whether this many polls wait for what follows that number."""
    keys = list(site.redis.scan_iter("*:group:primer-polls-%d" % after))
    return sum(site.redis.zcard(key) for key in keys) >= count


def tell(site):
    """Makes a command send something new; returns (its number, its text)."""
    text = "news %d <b>" % next(numbers)
    return int(site.manage("tell", text).rsplit(None, 1)[-1]), text


def channel_sessions(site):
    """How many rows of channel sessions there are."""
    return int(site.manage("shell", "-c", (
        "from django.contrib.sessions.models import Session; "
        "print(Session.objects.filter(session_key__startswith='chn').count())")).split()[-1])


def test_what_one_says_reaches_a_second_socket(connect):
    first, second = connect("/echo/"), connect("/echo/")
    first.socket.send("hello ☃")
    assert first.socket.recv() == second.socket.recv() == "hello ☃"


def test_the_class_echoes_bytes(connect):
    socket = connect("/primer/class/")
    socket.socket.send_binary(b"\x00\xff")
    assert socket.socket.recv() == b"\x00\xff"
    socket.socket.send("")
    assert socket.frame()["error"]["code"] == "empty"


def test_streams_answer_on_one_socket(connect):
    socket = connect("/primer/streams/")
    assert socket.frame() == {"stream": "echo", "payload": {"status": "I just connected!"}}
    socket.say({"stream": "other", "payload": {"text": "abc"}})
    assert socket.frame() == {"stream": "other", "payload": {"reversed": "cba"}}


def test_a_window_follows_the_other(connect):
    first, second = connect("/primer/values/"), connect("/primer/values/")
    for action in ("sync", "update"):
        first.say({"stream": "intval", "payload": {
            "action": action, "pk": 1, "data": {"value": 12}}})
    payload = second.frame_like(lambda frame: frame["payload"]["action"] == "update")["payload"]
    assert payload["data"] == {"name": "apples", "value": 12}


def test_a_visitor_is_known(site, connect):
    browser = Browser(site)
    browser.log_in("alice")
    assert connect("/primer/visitor/", browser).frame() == {"user": "alice", "session": True}
    assert connect("/primer/visitor/").frame() == {"user": None, "session": False}


def test_many_frames_are_answered_in_their_order_and_leave_no_row(site, connect):
    socket = connect("/primer/ordered/")
    for number in range(20):
        socket.socket.send("text %d" % number)
    frames = [socket.frame() for _ in range(20)]
    assert frames == [{"order": n + 1, "text": "text %d" % n} for n in range(20)]
    socket.close()
    wait_for(lambda: channel_sessions(site) == 0, seconds=30, what="the end of the session")


def test_a_flood_is_closed_and_leaves_no_row(site, connect):
    socket = connect("/primer/ordered/")
    for _ in range(200):
        socket.socket.send("x")
    assert socket.close_code() == 4429
    wait_for(lambda: channel_sessions(site) == 0, seconds=30, what="the end of the session")
    site.forget_limits()
    other = connect("/primer/ordered/")
    other.socket.send("x")
    assert other.frame() == {"order": 1, "text": "x"}


def test_a_refused_handshake_leaves_no_session(site, connect):
    for _ in range(3):
        with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
            websocket.create_connection(site.url.replace("http:", "ws:") + "/primer/ordered/",
                                        timeout=15, origin="http://evil.example")
    connect("/echo/").is_open()
    assert channel_sessions(site) == 0


def test_a_request_is_answered_without_a_view(site):
    answer = requests.get(site.url + "/primer/raw/?a=%3Cb%3E", timeout=15)
    assert answer.json() == {"method": "GET", "path": "/primer/raw/",
                             "query_string": "a=%3Cb%3E", "http_version": "1.1"}
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    assert requests.post(site.url + "/primer/raw/", timeout=15).status_code == 405
    assert requests.get(site.url + "/primer/raw/", headers={"Host": "evil.example"},
                        timeout=15).status_code == 400


def test_news_from_a_command_reach_sockets_and_polls(site, connect, poll):
    socket = connect("/primer/news/")
    last, _text = tell(site)
    socket.frame_like(lambda frame: frame["number"] == last)  # others may have told before
    # A poll ends here after a second, and the command may take longer than that to start.
    polls = [poll(last, again=True) for _ in range(3)]
    wait_for(lambda: is_waited_for(site, last, 3), seconds=60, what="the polls to wait")
    number, text = tell(site)
    assert number == last + 1
    expected = {"number": number, "news": text}
    assert socket.frame() == expected
    for answers in polls:
        answer = answer_of(answers)
        assert (answer.status_code, answer.json()) == (200, expected)
        assert answer.headers["Cache-Control"] == "no-store"
    assert answer_of(poll(last)).json() == expected
    assert connect("/primer/news/").frame() == expected


def test_a_poll_ends_without_an_answer_and_nobody_is_left_waiting(site, poll):
    last, _text = tell(site)
    answer = answer_of(poll(last))
    assert (answer.status_code, answer.content) == (204, b"")
    wait_for(lambda: not is_waited_for(site, last, 1), seconds=60, what="the group to be empty")


def test_one_connection_polls_again_and_again(site):
    """An answer that comes too late must not be taken for that of the next request."""
    with requests.Session() as session:
        last, _text = tell(site)
        for _ in range(3):
            url = "%s/primer/poll/?after=%d" % (site.url, last)
            assert session.get(url, timeout=30).status_code == 204
            number, text = tell(site)
            assert session.get(url, timeout=30).json() == {"number": number, "news": text}
            last = number


def test_work_is_done_by_its_own_worker(site, connect):
    socket = connect("/primer/work/")
    site.beside["background"].stop()
    socket.say({"primes_below": 100})
    assert socket.frame() == {"accepted": {"primes_below": 100}}
    socket.say({})
    assert socket.frame()["error"]["code"] == "bad_number"  # the others go on meanwhile
    site.start_beside("background")
    assert socket.frame() == {"primes_below": 100, "count": 25}


def test_a_message_comes_later_through_the_delay_server(connect):
    socket, other = connect("/primer/later/"), connect("/primer/later/")
    socket.say({"text": "tea", "seconds": 1})
    note = {"text": "tea", "seconds": 1}
    assert accepted_first(socket) == [{"accepted": note}, note]
    other.say({})
    assert "error" in other.frame()  # and nothing before it


def test_the_page_is_served(site):
    page = requests.get(site.url + "/primer/", timeout=15)
    assert page.status_code == 200
    data = page.text.split('<script id="primer-data" type="application/json">')[1]
    assert len(json.loads(data.split("</script>")[0])["examples"]) == 11


def test_the_logs_show_no_traceback(site):
    assert "Traceback" not in site.logs()
