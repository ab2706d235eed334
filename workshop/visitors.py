"""
Who sits behind an open socket.

Only the handshake carries cookies and the client's address. The session key it brings and the
address are kept beside the socket's reply channel, and the user is looked up anew each time: a copy
in a channel session would survive a logout (channels issue 477) and leave a row behind for every
socket (issue 768). The `?session_key=` that channels accepts in a URL is ignored: it would end up
in access logs.
"""
import functools
import re
from importlib import import_module

from channels.security.websockets import allowed_hosts_only
from django.conf import settings
from django.contrib.auth import get_user
from django.core.cache import cache
from django.http.cookie import parse_cookie
from django.utils.functional import SimpleLazyObject

from channels_lts.security.addresses import one_of_a_client

SESSION_KEY = re.compile(r"[a-z0-9]{8,40}$")


class SocketRequest(object):
    """The part of a request that django.contrib.auth.get_user reads."""

    def __init__(self, session):
        self.session = session


def session_key_from(message):
    """The session key in the handshake's cookies, or None."""
    for name, value in message["headers"]:
        if name == b"cookie":
            key = parse_cookie(value.decode("latin1")).get(settings.SESSION_COOKIE_NAME, "")
            return key if SESSION_KEY.match(key) else None
    return None


def introduce(message, find_key):
    """
    Sets what a consumer can ask of the visitor, looked up when it is used: `message.user`, and
    `message.http_session` as channels calls it, here for reading only (empty if there is none).
    """
    engine = import_module(settings.SESSION_ENGINE)
    message.http_session = SimpleLazyObject(
        lambda: engine.SessionStore(session_key=find_key()))
    message.user = SimpleLazyObject(lambda: get_user(SocketRequest(message.http_session)))


def ip_address_of(message):
    """
    The IP address that a handshake, a request or (with on_receive) a frame comes from, "" if daphne
    doesn't know it. Of IPv6 the network, as in "2001:db8::/64".
    """
    if hasattr(message, "remembered"):
        return message.remembered.get(address_remembered_as(message.reply_channel), "")
    return one_of_a_client((message.get("client") or [""])[0])


def remembered_as(reply_channel):
    return "visitor:%s" % reply_channel.name


def address_remembered_as(reply_channel):
    return "address:%s" % reply_channel.name


def on_connect(consumer):
    """
    Decorates every consumer of websocket.connect: checks the origin, introduces the visitor, and
    remembers them for the frames that follow.
    """
    @allowed_hosts_only
    @functools.wraps(consumer)
    def inner(message, *args, **kwargs):
        message.session_key = session_key_from(message)
        introduce(message, lambda: message.session_key)
        consumer(message, *args, **kwargs)
        # Not for a handshake that was denied; and before the first frame, since what a consumer
        # sends (the acceptance too) leaves when it has ended.
        remember(message)
    return inner


def remember(message):
    known = {remembered_as(message.reply_channel): message.session_key,
             address_remembered_as(message.reply_channel): ip_address_of(message)}
    cache.set_many({key: value for key, value in known.items() if value},
                   settings.WEBSOCKET_TIMEOUT)


def accept(message, frame=None):
    """
    Accepts a handshake now and not when the consumer has ended, with a first frame if one is
    given: daphne takes any frame that comes before for the acceptance.
    """
    remember(message)  # the answer may come while the consumer goes on
    message.reply_channel.send(dict(frame or {}, accept=True), immediately=True)


def on_receive(consumer):
    """Decorates a consumer of websocket.receive that needs to know the visitor."""
    @functools.wraps(consumer)
    def inner(message, *args, **kwargs):
        key = remembered_as(message.reply_channel)
        message.remembered = SimpleLazyObject(lambda: cache.get_many(
            [key, address_remembered_as(message.reply_channel)]))
        introduce(message, lambda: message.remembered.get(key))
        return consumer(message, *args, **kwargs)
    return inner


def on_disconnect(consumer):
    """Decorates every consumer of websocket.disconnect: forgets the visitor."""
    @functools.wraps(consumer)
    def inner(message, *args, **kwargs):
        cache.delete_many([remembered_as(message.reply_channel),
                           address_remembered_as(message.reply_channel)])
        return consumer(message, *args, **kwargs)
    return inner
