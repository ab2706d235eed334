"""
Known problem 14: a client's mistakes are answered, and change no class.
"""
import json

import pytest

from channels_lts.ratelimit import Limit
from links.bindings import LinkBinding
from links.demultiplexers import MAX_FRAME, APIDemultiplexer
from links.models import Link
from tests.support.sockets import Socket

from .frames import payloads, watch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def open_access(settings):
    settings.OPEN_ACCESS = True


@pytest.mark.parametrize("text, code", [
    ("", "bad_json"), ("{", "bad_json"), ("[" * 60000, "bad_json"), ("NaN", "bad_json"),
    ("x" * (MAX_FRAME + 1), "too_large"), ("null", "bad_frame"), ("[]", "bad_frame"),
    ("7", "bad_frame"), ("{}", "bad_frame"), ('{"stream": "links"}', "bad_frame"),
    ('{"stream": "links", "payload": []}', "bad_frame"),
    ('{"stream": ["links"], "payload": {}}', "bad_frame"),
    ('{"stream": {}, "payload": {}}', "bad_frame"),
    ('{"stream": "users", "payload": {}}', "unknown_stream"),
    ('{"stream": "", "payload": {}}', "unknown_stream"),
])
def test_a_frame_that_is_not_understood_is_answered(text, code, log):
    socket = watch()
    socket.say(text)
    assert [frame["error"]["code"] for frame in socket.frames()] == [code]
    socket.say({"stream": "links", "payload": {"action": "sync"}})
    assert len(socket.frames()) == 1
    assert log.text == ""


def test_a_binary_frame_is_answered():
    socket = watch()
    socket.deliver("websocket.receive", bytes=b"\x00")
    assert socket.frame()["error"]["code"] == "not_text"


def test_a_stream_of_another_path_is_unknown():
    socket = watch("/updates/tags/")
    socket.say({"stream": "links", "payload": {"action": "create", "data": {}}})
    assert socket.frame()["error"]["code"] == "unknown_stream"


def test_a_frame_of_the_greatest_length_is_taken():
    text = json.dumps({"stream": "links", "payload": {"action": "sync"}})
    socket = watch()
    socket.say(text + " " * (MAX_FRAME - len(text)))
    assert socket.frame()["payload"]["action"] == "sync"


def test_the_asker_gets_the_answer_and_everybody_the_change(client, open_socket, alice):
    client.force_login(alice)
    asker, other = open_socket("/updates/links/"), watch("/updates/links/")
    asker.frames()
    asker.say({"stream": "links", "payload": {
        "action": "create", "request_id": "r", "data": {"name": "x", "url": "https://x.org/"}}})
    assert [sent["action"] for sent in payloads(asker, "links")] == ["create", "created"]
    assert [sent["action"] for sent in payloads(other, "links")] == ["create"]


def test_no_class_is_changed_by_a_frame():
    before = dict(vars(LinkBinding)), dict(vars(APIDemultiplexer))
    socket = watch()
    for action in ("create", "update", "delete", "sync", "nonsense"):
        socket.say({"stream": "links", "payload": {"action": action, "pk": 1, "data": {}}})
    assert len(socket.frames()) == 5
    assert (dict(vars(LinkBinding)), dict(vars(APIDemultiplexer))) == before


def test_the_groups_are_joined_before_the_socket_is_accepted(channel_layer, monkeypatch):
    events = []
    layer = channel_layer.channel_layer
    monkeypatch.setattr(type(layer), "group_add", lambda self, group, channel: (
        events.append(group)))
    send = type(layer).send
    monkeypatch.setattr(type(layer), "send", lambda self, channel, message: (
        events.append("accept") if "accept" in message else None, send(self, channel, message)))
    Socket("/updates/").connect()
    assert events == ["link-updates", "tag-updates", "linktag-updates", "accept"]


@pytest.mark.parametrize("end", ["logout", "deactivation", "permission"])
def test_the_right_to_write_ends_on_open_sockets(end, client, open_socket, admin, settings):
    settings.OPEN_ACCESS = False
    client.force_login(admin)
    socket = open_socket("/updates/links/")
    socket.frames()
    make = {"stream": "links", "payload": {
        "action": "create", "data": {"name": "x", "url": "https://x.org/"}}}
    socket.say(make)
    assert payloads(socket, "links")[-1]["action"] == "created"
    if end == "logout":
        client.post("/accounts/logout/")
    else:
        setattr(admin, "is_active" if end == "deactivation" else "is_superuser", False)
        admin.save()
    socket.say(make)
    assert [sent["code"] for sent in payloads(socket, "links")] == ["forbidden"]
    assert Link.objects.count() == 1


def test_a_user_writes_so_often_to_a_table(client, open_socket, alice, monkeypatch):
    monkeypatch.setattr("channels_lts.ratelimit.time", lambda: 1000.0)
    monkeypatch.setattr(LinkBinding, "rate_limit", Limit(2, 0, 10))
    client.force_login(alice)
    sockets = [open_socket("/updates/links/") for _ in range(2)]
    wrong = {"stream": "links", "payload": {"action": "delete", "pk": 9, "request_id": 7}}
    for socket in sockets:
        socket.frames()
        socket.say(wrong)
        assert [sent["code"] for sent in payloads(socket, "links")] == ["gone"]
    sockets[0].say(wrong)
    refused, = payloads(sockets[0], "links")
    assert (refused["code"], refused["retry_after"], refused["request_id"]) == (
        "rate_limited", 10, 7)


@pytest.mark.parametrize("stream", ["links", "tags", "linktags"])
def test_each_table_has_a_limit_that_many_at_one_address_share(stream, monkeypatch):
    monkeypatch.setattr("channels_lts.ratelimit.time", lambda: 1000.0)
    write = {"stream": stream, "payload": {"action": "nonsense"}}
    binding = APIDemultiplexer.consumers[stream].__self__
    monkeypatch.setattr(binding, "rate_limit", binding.rate_limit._replace(anonymous=10))
    codes = []
    for _ in range(2):
        socket = watch()
        for _ in range(binding.rate_limit.anonymous // 2):
            socket.say(write)
            codes += [sent["code"] for sent in payloads(socket, stream)]
    assert set(codes) == {"unknown_action"}
    socket.say(write)
    assert payloads(socket, stream)[0]["code"] == "rate_limited"


def test_a_socket_asks_for_its_number_so_often(monkeypatch):
    monkeypatch.setattr("channels_lts.ratelimit.time", lambda: 1000.0)
    monkeypatch.setattr(APIDemultiplexer, "syncs", (2, 10))
    socket, other = watch(), watch()
    sync = {"stream": "links", "payload": {"action": "sync"}}
    for _ in range(3):
        socket.say(sync)
    *answers, refused = socket.frames()
    assert [frame["payload"]["action"] for frame in answers] == ["sync", "sync"]
    assert (refused["error"]["code"], refused["error"]["retry_after"]) == ("rate_limited", 10)
    other.say(sync)
    assert payloads(other, "links")[0]["action"] == "sync"
