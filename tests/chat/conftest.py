import pytest
from django.test import Client

from chat.models import Room
from tests.sockets import Socket
from workshop.presence import announcing
from workshop.presence.stores import store


@pytest.fixture(autouse=True)
def bundles(monkeypatch):
    """The pages' own data is tested here; their scripts are built and tested elsewhere."""
    monkeypatch.setattr("webpack_loader.utils._get_bundle", lambda *args: [])


@pytest.fixture
def clock(channel_layer):
    """The time of presence; calling it lets seconds pass, with a sweep at the end."""
    class Clock:
        now = 1000.0

        def __call__(self, seconds):
            self.now += seconds
            announcing.sweep()
            Socket("").consume(announcing.CHANNEL, fail_on_none=False)
    clock = Clock()
    store().clock = lambda: clock.now
    return clock


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
