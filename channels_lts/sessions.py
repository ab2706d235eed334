"""
The session behind an open socket.

Only the handshake carries cookies and the client's address. Its session key is stored beside the
socket's reply channel, encrypted, and the session is looked up again for each frame: a
copy in a channel session would survive a logout (channels issue 477) and leave a row behind for
every socket (issue 768). The `?session_key=` that channels accepts in a URL is ignored: it would
end up in access logs. Sessions of `signed_cookies` have no key, and so aren't found here.
"""
import functools
import re
from importlib import import_module

from channels.exceptions import ConsumeLater
from channels.sessions import session_for_reply_channel
from django.contrib import auth
from django.contrib.sessions.backends.base import CreateError
from django.core.cache import cache
from django.http.cookie import parse_cookie
from django.utils.functional import SimpleLazyObject
from redis.exceptions import RedisError

from . import crypto
from .conf import settings
from .frames import Undecided
from .layers.base import SocketStore, capabilities_of
from .security.addresses import client_network
from .security.handshake import header_values

SESSION_KEY = re.compile(r"[a-z0-9]{8,40}\Z")
PURPOSE = "sessions"


def is_session_key(text):
    return bool(text and SESSION_KEY.match(text))


def session_key_from(message):
    """The session key in the cookies of a handshake or a request, or None."""
    cookies = parse_cookie("; ".join(header_values(message, "cookie")))
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    return key if is_session_key(key) else None


def session_store():
    """The SessionStore class of the project's engine."""
    return import_module(settings.SESSION_ENGINE).SessionStore


def attach_session(message, find_key):
    """
    Sets `message.http_session`, named as in channels: here read-only, empty if there is none, and
    looked up on first use.
    """
    message.http_session = SimpleLazyObject(lambda: session_store()(session_key=find_key()))


def store_session(message, groups=()):
    """
    Stores the handshake's data for the frames that follow; `groups`: those that the socket has
    joined, and leaves when it closes.
    """
    known = known_from(message, groups)
    if known:
        store_of(message).store(message.reply_channel.name, known, settings.WEBSOCKET_TIMEOUT)


def join(message, groups):
    """Adds the socket to groups, given by name; on Redis in one round trip."""
    store_of(message).join(message.reply_channel.name, groups)


def leave(message, groups):
    """Takes the socket out of groups, likewise."""
    store_of(message).leave(message.reply_channel.name, groups)


def accept(message, content, groups, joined=()):
    """
    Sends the socket its acceptance now, after it has joined `groups` and store_session's data is
    stored, along with `joined`. In one step, if the layer can do that.
    """
    store_of(message).accept(message.reply_channel.name, content, groups,
                             known_from(message, joined), settings.WEBSOCKET_TIMEOUT)


def known_from(message, groups):
    """
    What is stored of a handshake: `message.session_key`, the address, `message.language` if it
    isn't the site's, and groups. Only text and lists, which JSON can hold. {} if nothing is known.
    """
    known = {"address": ip_address_of(message), "groups": list(groups)}
    if getattr(message, "language", settings.LANGUAGE_CODE) != settings.LANGUAGE_CODE:
        known["language"] = message.language
    if message.session_key:
        known["session"] = crypto.encrypt(PURPOSE, message.session_key)
    return known if any(known.values()) else {}


def load_session(message, is_last=False):
    """
    Sets `message.stored`, the data from store_session, and attaches the session. Accessing them
    raises Undecided if they aren't available now: the socket isn't anonymous. With `is_last`, for
    a socket that has closed, lost data counts as empty.
    """
    message.stored = SimpleLazyObject(lambda: known_of(message, is_last))
    attach_session(message, lambda: stored_session_key(message))


def known_of(message, is_last):
    try:
        known = store_of(message).load(message.reply_channel.name)
    except RedisError as error:
        raise Undecided() from error
    if known is None and not is_last:
        raise Undecided()
    return known or {}


def stored_session_key(message):
    return session_key_in(message.stored)


def session_key_in(known):
    """The session key in a socket's data from store_session, or None."""
    token = known.get("session")
    return crypto.decrypt(PURPOSE, token) if token else None


def forget_session(message):
    store_of(message).forget(message.reply_channel.name)


def store_of(message):
    """Where sockets' data is kept: with the groups if these can be lost, otherwise in the cache."""
    return store_in(message.reply_channel.channel_layer)


def store_in(layer):
    return capabilities_of(layer).sockets or CacheStore(layer)


class CacheStore(SocketStore):
    """For layers of one process or one host."""

    def store(self, channel, known, seconds):
        cache.set(self.key_of(channel), known, seconds)

    def load(self, channel):
        return cache.get(self.key_of(channel)) or {}

    def load_many(self, channels):
        return {channel: self.load(channel) for channel in channels}

    def forget(self, channel):
        cache.delete(self.key_of(channel))

    def key_of(self, channel):
        return "channels_lts.socket:%s" % channel


def ip_address_of(message):
    """
    The IP address that a handshake, a request or a frame comes from, "" if daphne doesn't know it.
    For IPv6 the network, as in "2001:db8::/64".
    """
    if hasattr(message, "stored"):
        return message.stored.get("address", "")
    return client_network((message.get("client") or [""])[0])


# The channel session

LOGIN = (auth.SESSION_KEY, auth.BACKEND_SESSION_KEY, auth.HASH_SESSION_KEY)


def channel_session(consumer):
    """
    channels' decorator of the same name, for messages with `http_session`: the row of
    `message.channel_session` is created on first access, and its login is that of the visitor's
    own session at that moment. Raises ConsumeLater, like channels, when another message of the
    socket is creating it.
    """
    @functools.wraps(consumer)
    def inner(message, *args, **kwargs):
        opened = []
        message.channel_session = SimpleLazyObject(lambda: open_channel_session(message, opened))
        try:
            return consumer(message, *args, **kwargs)
        finally:
            for session in opened:
                if session.modified and not session.is_empty():
                    session.save()
    return inner


def open_channel_session(message, opened):
    session = session_for_reply_channel(message.reply_channel.name)
    if not session.exists(session.session_key):
        try:
            session.save(must_create=True)
        except CreateError:
            raise ConsumeLater()
    for name in LOGIN:
        value = message.http_session.get(name)
        if value is None:
            session.pop(name, None)
        elif session.get(name) != value:
            session[name] = value
    opened.append(session)
    return session
