"""
Messages on their way to Redis.
"""
import os
from collections import namedtuple

from . import scripts

# What accompanies a socket's first message (lua/accept.lua)
Acceptance = namedtuple("Acceptance", "keys arguments")

# channel: as given by the caller; list: the channel whose list it goes to; capacity: of that list
Envelope = namedtuple("Envelope", "channel list message payload capacity key acceptance")


def write(layer, channel, message):
    """
    The Envelope for a message. Raises TypeError or AssertionError for what can't be sent, as
    asgi_redis does.
    """
    assert isinstance(message, dict), "message is not a dict"
    assert layer.valid_channel_name(channel), "Channel name not valid"
    assert "__asgi_channel__" not in message
    target = channel
    if "!" in channel:
        message = dict(message, __asgi_channel__=channel)
        target = layer.non_local_name(channel)
    return Envelope(channel, target, message, layer.serialize(message),
                    layer.get_capacity(target), layer.prefix + os.urandom(16).hex(), None)


def head(layer, payload=b""):
    """The arguments common to all scripts."""
    return layer.prefix, layer.expiry, layer.bundle_format, payload


def call(layer, envelope):
    """The Script that sends it, with its keys and arguments."""
    told = arguments(layer, envelope)
    if envelope.acceptance is None:
        return scripts.send, (), told
    return scripts.accept, envelope.acceptance.keys, told + envelope.acceptance.arguments


def arguments(layer, envelope):
    """The arguments of lua/send.lua."""
    return head(layer, envelope.payload) + (envelope.list, envelope.capacity, envelope.key)
