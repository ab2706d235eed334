import pytest
from django.contrib.auth.signals import user_logged_in
from django.test import Client

from chat import actions
from chat.models import Room
from chat.news import News
from display.signals import on_user_logged_in

from ..support.sockets import Socket


@pytest.fixture(autouse=True)
def news(monkeypatch):
    """
    As long as `news.now` stays the same, a room is announced once; its `timers`, the functions to
    call later, are the test's to call.
    """
    timers = []
    news = News(clock=lambda: news.now, later=lambda seconds, call: timers.append(call))
    news.now, news.timers = 0, timers
    monkeypatch.setattr(actions, "news", news)
    return news


@pytest.fixture
def lobby(db):
    return Room.objects.create(name="Lobby")


@pytest.fixture
def bob(account):
    return account("bob")


def session_of(user):
    """A session that has been there for a while: nobody is told of its login."""
    user_logged_in.disconnect(on_user_logged_in)
    client = Client()
    client.force_login(user)
    user_logged_in.connect(on_user_logged_in)
    return client.session.session_key


class Window(Socket):
    """Keeps the notices, of which tests/chat/test_notices.py is, apart from what a room says."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.notices = []

    def frame(self):
        for frame in iter(super().frame, None):
            if "notice" not in frame:
                return frame
            self.notices.append(frame["notice"])


@pytest.fixture
def window(lobby):
    """Opens a chat window; its first frames are read unless `read` is False."""
    def open_window(user=None, room="lobby", read=True):
        socket = Window("/ws/chat/%s/" % room,
                        session_key=session_of(user) if user else None).connect()
        if read:
            socket.frames()
        return socket
    return open_window
