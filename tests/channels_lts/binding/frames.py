"""
The frames that bindings send to a socket.
"""
import json

from channels import DEFAULT_CHANNEL_LAYER, Group, channel_layers
from channels.message import Message
from django.contrib.auth.models import AnonymousUser

from tests.support.sockets import Socket


def watch(path="/updates/", **kwargs):
    """A connected socket that has read the numbers it is greeted with."""
    socket = Socket(path, **kwargs).connect()
    assert {frame["payload"]["action"] for frame in socket.frames()} == {"sync"}
    return socket


def payloads(socket, stream):
    return [frame["payload"] for frame in socket.frames() if frame["stream"] == stream]


def told(socket, stream):
    """The (action, pk) pairs of a stream's frames so far."""
    return [(payload["action"], payload.get("pk")) for payload in payloads(socket, stream)]


class Ear:
    """A channel in a group, without a socket in front of it."""

    def __init__(self, group):
        self.layer = channel_layers[DEFAULT_CHANNEL_LAYER]
        self.group = Group(group)
        self.channel = self.layer.new_channel("ear.%s?" % group)
        self.group.add(self.channel)

    def close(self):
        self.group.discard(self.channel)

    def frames(self):
        found = []
        while True:
            _channel, message = self.layer.receive_many([self.channel])
            if message is None:
                return found
            found.append(json.loads(message["text"]))

    def payloads(self):
        return [frame["payload"] for frame in self.frames()]

    def told(self):
        return [(payload["action"], payload.get("pk")) for payload in self.payloads()]


def ask(binding, user=None, **payload):
    """The binding's answer when `user` sends `payload`."""
    layer = channel_layers[DEFAULT_CHANNEL_LAYER]
    reply_channel = layer.new_channel("asker?")
    message = Message({"reply_channel": reply_channel, "text": json.dumps(payload)},
                      "websocket.receive", layer)
    message.user = user or AnonymousUser()
    binding.consumer(message)
    _channel, answer = layer.receive_many([reply_channel])
    frame = json.loads(answer["text"])
    assert frame["stream"] == binding.stream
    return frame["payload"]
