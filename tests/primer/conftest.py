import json

import pytest
from channels import Channel
from channels.delay.models import DelayedMessage
from django.test import Client

from ..support.sockets import Socket


@pytest.fixture
def friend():
    """Opens a socket, as an anonymous visitor or as a user, and reads what it is greeted with."""
    def connect(path, user=None, **kwargs):
        key = None
        if user:
            client = Client()
            client.force_login(user)
            key = client.session.session_key
        socket = Socket(path, session_key=key, **kwargs).connect()
        socket.frames()
        return socket
    return connect


@pytest.fixture
def large_channels(channel_layer, monkeypatch):
    """As large as those of the site's own layer, where tests have 10."""
    monkeypatch.setattr(channel_layer.channel_layer, "capacity", 100)


@pytest.fixture
def no_time_passes(monkeypatch):
    """Keeps rate limits' counts from being reset."""
    monkeypatch.setattr("channels_lts.ratelimit.time", lambda: 1000.0)


@pytest.fixture
def delayed(channel_layer):
    """Does what `manage.py rundelay` does: stores messages and, as if they were due, sends them."""
    class Delayed:
        def take(self):
            """The rows made from the messages."""
            rows = []
            while True:
                _channel, content = channel_layer.receive(["asgi.delay"])
                if content is None:
                    return rows
                row = DelayedMessage(channel_name=content["channel"], delay=content["delay"],
                                     content=json.dumps(content["content"]))
                row.full_clean()
                row.save()
                rows.append(row)

        def send(self):
            self.take()
            for row in DelayedMessage.objects.all():
                row.send(channel_layer)
                Socket("").consume(row.channel_name)
    return Delayed()


@pytest.fixture
def fill(channel_layer):
    """Fills a channel."""
    def fill(name):
        while True:
            try:
                Channel(name).send({}, immediately=True)
            except channel_layer.ChannelFull:
                return
    return fill
