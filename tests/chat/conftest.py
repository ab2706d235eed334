import pytest
from django.test import Client

from chat import actions
from chat.models import Room
from chat.news import News

from ..support.sockets import Socket


@pytest.fixture(autouse=True)
def news(monkeypatch):
    """As long as `news.now` stays the same, a room is announced once."""
    news = News(clock=lambda: news.now)
    news.now = 0
    monkeypatch.setattr(actions, "news", news)
    return news


@pytest.fixture
def lobby(db):
    return Room.objects.create(name="Lobby")


@pytest.fixture
def bob(account):
    return account("bob")


def session_of(user):
    client = Client()
    client.force_login(user)
    return client.session.session_key


@pytest.fixture
def window(lobby):
    """Opens a chat window; its first frames are read unless `read` is False."""
    def open_window(user=None, room="lobby", read=True):
        socket = Socket("/ws/chat/%s/" % room,
                        session_key=session_of(user) if user else None).connect()
        if read:
            socket.frames()
        return socket
    return open_window
