"""
Events from outside the browser: on sockets, by polls and by the command.
"""
import json

import pytest
from channels.delay.models import DelayedMessage
from django.core.cache import cache
from django.core.management import CommandError, call_command

from primer import news, polling, sending

from ..support.sockets import Socket
from ..support.waiting import in_thread
from .asking import Asked
from .frames import code_of

pytestmark = pytest.mark.django_db(transaction=True)

PATH = "/primer/news/"
HEADERS = {b"Content-Type": b"application/json", b"Cache-Control": b"no-store",
           b"X-Frame-Options": b"DENY", b"Referrer-Policy": b"same-origin",
           b"X-Content-Type-Options": b"nosniff"}


def ask(after=None, **kwargs):
    return Asked("/primer/poll/", query="" if after is None else "after=%s" % after, **kwargs)


def test_what_one_says_reaches_all(friend):
    first, second = friend(PATH), friend(PATH)
    first.say({"news": " hello "})
    assert first.frames() == second.frames() == [{"number": 1, "news": "hello"}]
    second.disconnect()
    first.say({"news": "again"})
    assert second.frames() == []


def test_the_last_piece_is_told_on_open():
    assert Socket(PATH).connect().frames() == []
    news.tell("one")
    news.tell("two")
    assert Socket(PATH).connect().frames() == [{"number": 2, "news": "two"}]


def test_what_is_told_while_a_socket_opens_comes_after_the_greeting(channel_layer, monkeypatch):
    news.tell("one")
    add = channel_layer.channel_layer.group_add

    def tell_and_add(group, channel):
        for text in ("two", "three"):
            in_thread(news.tell, text)()  # as another process: it doesn't wait for the consumer
        add(group, channel)
    monkeypatch.setattr(channel_layer.channel_layer, "group_add", tell_and_add)
    assert Socket(PATH).connect().frames() == [
        {"number": number, "news": text} for number, text in enumerate(("one", "two", "three"), 1)]


@pytest.mark.parametrize("content, code", [
    ("{", "bad_json"), ("1", "bad_frame"), ({}, "not_text"), ({"news": 5}, "not_text"),
    ({"news": "\n"}, "empty"), ({"news": "x" * 513}, "too_long"),
    ('"%s"' % ("x" * 8192), "too_large")])
def test_no_news_are_told_to_their_sender_only(content, code, friend):
    first, second = friend(PATH), friend(PATH)
    first.say(content)
    assert code_of(first.frames()) == code
    assert second.frames() == []


def test_a_command_tells_everybody(friend, capsys):
    socket = friend(PATH)
    call_command("tell", "from a shell")
    assert capsys.readouterr().out == "told as number 1\n"
    assert socket.frames() == [{"number": 1, "news": "from a shell"}]


@pytest.mark.parametrize("text", ["", " ", "x" * 513])
def test_the_command_refuses_what_a_socket_refuses(text):
    with pytest.raises(CommandError, match="news"):
        call_command("tell", text)


def test_the_command_says_so_when_it_reaches_nobody(channel_layer, monkeypatch):
    monkeypatch.setattr(channel_layer, "local_only", lambda: True)
    with pytest.raises(CommandError, match="REDIS_URL"):
        call_command("tell", "hello")


def test_only_the_last_pieces_are_kept():
    for number in range(30):
        news.tell("x")
    kept = [n for n in range(1, 31) if cache.get(news.key_of(n)) is not None]
    assert kept == list(range(30 - news.KEPT + 1, 31))


# Polls

def test_a_poll_is_answered_at_once_when_there_is_something_newer():
    news.tell("one")
    news.tell("two")
    for after in (None, 0, 1):
        asked = ask(after)
        answer, = asked.answers()
        assert dict(answer["headers"]) == HEADERS
        assert (answer["status"], json.loads(answer["content"].decode())) == (
            200, {"number": 2, "news": "two"})
    assert DelayedMessage.objects.count() == 0


def test_a_poll_waits_for_what_comes_next():
    news.tell("one")
    first, second = ask(1), ask(1)
    assert first.answers() == second.answers() == []
    news.tell("two")
    assert first.answer() == second.answer() == (200, {"number": 2, "news": "two"})
    news.tell("three")
    assert first.answers() == []


def test_a_poll_ends_after_a_while(delayed, settings):
    asked = ask()
    row, = delayed.take()
    assert (row.channel_name, row.delay) == ("primer.poll-over", 25000)
    delayed.send()
    answer, = asked.answers()
    assert (answer["status"], answer["content"], dict(answer["headers"])) == (204, b"", HEADERS)
    news.tell("one")
    assert asked.answers() == []


def test_nobody_is_left_in_a_group_of_polls(delayed, channel_layer):
    asked = ask()
    news.tell("one")
    delayed.send()
    assert asked.reply_channel not in channel_layer.group_channels("primer-polls-0")


def test_a_number_from_before_the_cache_was_emptied_is_the_newest():
    news.tell("one")
    asked = ask(500)
    assert asked.answers() == []
    news.tell("two")
    assert asked.answer() == (200, {"number": 2, "news": "two"})


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "", "9" * 16, "%D9%A1", "1%0A"])
def test_a_number_that_is_none_is_refused(after):
    status, content = ask(after).answer()
    assert (status, list(content)) == (400, ["error"])


def test_more_fields_than_django_takes_are_refused(settings):
    query = "&".join(["a"] * (settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
    status, content = Asked("/primer/poll/", query=query).answer()
    assert (status, list(content)) == (400, ["error"])


@pytest.mark.parametrize("path", ["/primer/poll/", "/primer/raw/"])
def test_other_methods_and_hosts_are_refused(path):
    for method in ("POST", "HEAD", "PUT"):
        answer, = Asked(path, method=method).answers()
        headers = dict(answer["headers"])
        assert (answer["status"], headers.pop(b"Allow"), headers) == (405, b"GET", HEADERS)
    assert Asked(path, host="evil.example").answer()[0] == 400


def refusals(times, **kwargs):
    """The Retry-After of the refused ones among this many polls."""
    answers = [ask(**kwargs).answers() for _ in range(times)]
    return [(answer["status"], dict(answer["headers"])[b"Retry-After"])
            for answer, in answers if answer["status"] != 200]


def test_an_address_may_ask_so_often(no_time_passes):
    news.tell("one")
    assert refusals(601) == [(429, b"60")]
    assert refusals(1, address="192.0.2.2") == []


def test_a_user_may_ask_so_often_whatever_others_at_the_address_do(no_time_passes, client, alice):
    news.tell("one")
    client.force_login(alice)
    key = client.session.session_key
    assert refusals(600) == []
    assert refusals(60, session_key=key) == []
    assert refusals(1, session_key=key, address="192.0.2.2") == [(429, b"60")]


def test_so_many_polls_may_wait(monkeypatch, delayed):
    monkeypatch.setattr(sending, "MOST_WAITING", 2)
    for _ in range(2):
        assert ask().answers() == []
        delayed.take()
    answer, = ask().answers()
    assert (answer["status"], dict(answer["headers"])[b"Retry-After"]) == (429, b"25")


def test_who_waits_leaves_places_to_others(no_time_passes, monkeypatch, client, alice):
    assert all(2 * most < sending.MOST_WAITING for most in polling.WAITS)
    monkeypatch.setattr(polling, "WAITS", (1, 2))
    client.force_login(alice)
    key = client.session.session_key
    for most, asker in [(2, {}), (2, {"address": "192.0.2.2"}), (1, {"session_key": key})]:
        assert [answer for _ in range(most) for answer in ask(**asker).answers()] == []
        answer, = ask(**asker).answers()
        assert (answer["status"], dict(answer["headers"])[b"Retry-After"]) == (429, b"25")
    news.tell("one")
    assert ask().answer()[0] == 200  # which doesn't wait


def test_anonymous_visitors_leave_places_to_users(no_time_passes, monkeypatch, client, alice):
    assert 2 * polling.ANONYMOUS_WAITS < sending.MOST_WAITING
    assert polling.WAITS[1] < polling.ANONYMOUS_WAITS  # one address leaves some to the others
    monkeypatch.setattr(polling, "ANONYMOUS_WAITS", 2)
    monkeypatch.setattr(polling, "WAITS", (1, 1))
    assert ask().answers() == []
    assert ask().answer()[0] == 429  # in vain, so it takes no place
    assert ask(address="192.0.2.2").answers() == []
    answer, = ask(address="192.0.2.3").answers()
    assert (answer["status"], dict(answer["headers"])[b"Retry-After"]) == (429, b"25")
    client.force_login(alice)
    assert ask(session_key=client.session.session_key).answers() == []


def test_polls_are_refused_when_nobody_would_end_them(fill, channel_layer):
    fill("asgi.delay")
    assert ask().answer()[0] == 429
    assert not channel_layer.group_channels("primer-polls-0")


# HTTP without a view

def test_a_request_is_answered_without_a_view():
    answer, = Asked("/primer/raw/", query="a=<b>&%ff").answers()
    assert (answer["status"], dict(answer["headers"])) == (200, HEADERS)
    assert json.loads(answer["content"].decode()) == {
        "method": "GET", "path": "/primer/raw/", "query_string": "a=<b>&%ff",
        "http_version": "1.1"}
