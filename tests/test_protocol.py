import pytest

from tests.support.protocol import content_of, matches, shapes, undocumented


@pytest.mark.parametrize("frame", [
    {"username": "alice", "is_logged_in": 1},
    {"username": "alice"},
    {"username": "alice", "is_logged_in": True, "email": "alice@example.com"},
    {"stream": "links", "payload": {"action": "create"}},
    "text",
    {"stream": "echo", "payload": {"original_message": "no object"}},
])
def test_a_frame_that_the_document_does_not_have_is_found(frame):
    assert undocumented([frame]) == [frame]


def test_a_key_with_a_question_mark_may_be_missing():
    assert matches({}, {"a?": "text"})
    assert not matches({"a": 1}, {"a?": "text"})


def test_a_frame_that_is_not_json_is_known_as_such():
    assert matches(content_of("hello"), "plain")
    assert not matches(content_of('"hello"'), "plain")


def test_the_document_has_shapes():
    assert len(shapes()) > 5
