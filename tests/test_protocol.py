import pytest

from .protocol import matches, shapes, undocumented


@pytest.mark.parametrize("frame", [
    {"username": "alice", "is_logged_in": 1},
    {"username": "alice"},
    {"username": "alice", "is_logged_in": True, "email": "alice@example.com"},
    {"stream": "links", "payload": {"action": "create"}},
    "text",
])
def test_a_frame_that_the_document_does_not_have_is_found(frame):
    assert undocumented([frame]) == [frame]


def test_a_key_with_a_question_mark_may_be_missing():
    assert matches({}, {"a?": "text"})
    assert not matches({"a": 1}, {"a?": "text"})


def test_the_document_has_shapes():
    assert len(shapes()) > 5
