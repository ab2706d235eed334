"""The document of the sockets for programs, asyncapi.json."""
import json
import re

import pytest

from channels_lts.frames import encode
from chat.models import Room
from tests.scripts import checkout
from tests.support.protocol import addresses, content_of, messages, outline, undocumented
from tests.support.sockets import Socket

import protocol  # isort:skip (script/protocol.py)

ROWS = {"links": {"name": "x", "url": "https://x.example/"}, "tags": {"name": "x"},
        "linktags": {}, "intval": {"name": "x", "value": 1}}


def test_the_file_is_made_of_the_page():
    is_made = checkout.read("workshop", "static", "workshop", "asyncapi.json") == protocol.made()
    assert is_made, "run script/protocol.py"


@pytest.mark.parametrize("frame", [
    {"username": "alice", "is_logged_in": 1},
    {"username": "alice"},
    {"username": "alice", "is_logged_in": True, "email": "alice@example.com"},
    {"stream": "links", "payload": {"action": "create"}},
    "text",
    {"stream": "echo", "payload": {"original_message": "no object"}},
    {"type": "user_list", "users": ["alice", 1, "bob"]},
    {"order": True, "text": "x"},
    {"order": 1.5, "text": "x"},
])
def test_a_frame_that_the_document_does_not_have_is_found(frame):
    assert undocumented([frame]) == [frame]


def test_frames_of_one_kind_are_looked_at_once():
    assert outline({"type": "typing", "user": "alice", "n": [1, 2]}) == outline(
        {"type": "typing", "user": "bob", "n": [3]})
    assert outline({"type": "typing"}) != outline({"type": "typist"})


def test_a_key_with_a_question_mark_may_be_missing():
    assert protocol.schema_of({"a?": "text", "b": "'x'|'y'"}) == {
        "type": "object", "required": ["b"], "additionalProperties": False,
        "properties": {"a": {"type": "string"}, "b": {"enum": ["x", "y"]}}}


def test_a_frame_that_is_not_json_is_known_as_such():
    assert undocumented([content_of("hello")]) == []
    assert undocumented([content_of('"hello"')]) == ["hello"]


def test_every_message_has_a_channel():
    for name in dict(messages("send"), **messages("receive")):
        assert addresses(name), name


# What clients send

def sample(schema):
    """Something small that fits."""
    if "anyOf" in schema:
        return sample(schema["anyOf"][0])
    if "enum" in schema:
        return schema["enum"][0]
    if schema["type"] == "object":
        return {key: sample(inner) for key, inner in schema.get("properties", {}).items()}
    return {"string": "hello", "integer": 3}[schema["type"]]


def frame_for(message, path):
    frame = sample(message["payload"])
    if message["contentType"] == "text/plain":
        return frame
    payload = frame.get("payload", {})
    if "stream" in frame and path.count("/") == 3 and path.startswith("/updates/"):
        frame["stream"] = path.split("/")[2]
    if "data" in payload:
        payload["data"] = ROWS[frame["stream"]]
    return json.dumps(frame)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name, address", sorted(
    (name, address) for name in messages("receive") for address in addresses(name)))
def test_what_it_says_that_clients_send_is_understood(client, admin, name, address):
    Room.objects.create(name="room")
    client.force_login(admin)
    path = address.format(room="room", site="admin", model="auth.user", key=admin.pk)
    socket = Socket(path, session_key=client.session.session_key).connect()
    socket.frames()
    socket.say(frame_for(messages("receive")[name], path))
    codes = re.findall(r'"code": "(\w+)"', encode(socket.frames())["text"])
    assert set(codes) <= {"gone", "invalid", "forbidden", "unknown_user"}
