"""
A frame that was too many costs neither the session nor the database.
"""
import pytest

from chat.models import Room
from links.bindings import WRITES

pytestmark = [pytest.mark.django_db(transaction=True),
              pytest.mark.usefixtures("open_access", "no_time_passes")]

MOST = WRITES.user  # of the limits here
WRITE = {"action": "update", "pk": 1, "data": {}}
FRAMES = [
    ("/users/", {"action": "who"}),
    ("/ws/chat/lobby/", {"action": "who"}),
    ("/ws/chat/lobby/", {"action": "after", "number": 0}),
    ("/ws/chat/lobby/", {"action": "typing"}),
    ("/ws/chat/lobby/", {"message": "hello"}),
    ("/updates/", {"stream": "links", "payload": WRITE}),
    ("/updates/tags/", {"stream": "tags", "payload": WRITE}),
    ("/primer/values/", {"stream": "intval", "payload": WRITE}),
    ("/primer/work/", {"primes_below": 2}),
    ("/primer/later/", {"text": "x", "seconds": 1}),
    ("/primer/news/", {"news": "x"}),
    ("/primer/visitor/", {"action": "who"}),
    ("/echo/", "x"),
]


@pytest.fixture
def open_access(settings):
    settings.OPEN_ACCESS = True


@pytest.fixture
def no_time_passes(monkeypatch):
    monkeypatch.setattr("channels_lts.ratelimit.time", lambda: 1000.0)


class Untouched:
    """Replaces a cache that nobody should use."""


@pytest.mark.parametrize("path, content", FRAMES)
def test_who_was_refused_is_refused_again_before_anything_is_read(
        path, content, client, alice, open_socket, monkeypatch, django_assert_num_queries):
    Room.objects.create(name="Lobby")
    client.force_login(alice)
    socket = open_socket(path)
    socket.frames()
    for _ in range(MOST + 1):
        socket.say(content)
        frames = socket.frames()
        if "rate_limited" in str(frames):
            break
    socket.say(content)  # by now each answer is that
    frames = socket.frames()
    assert "rate_limited" in str(frames)
    for name in ("channels_lts.sessions.cache", "channels_lts.ratelimit.cache"):
        monkeypatch.setattr(name, Untouched())
    with django_assert_num_queries(0):
        socket.say(content)
    assert socket.frames() == frames
    monkeypatch.undo()
