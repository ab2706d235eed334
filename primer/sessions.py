"""
The end of channel sessions, which channels leaves behind for ever (channels issue 768), and of
sockets that would make the ordering expensive.
"""
import functools

from channels.exceptions import DenyConnection
from channels.sessions import session_for_reply_channel
from django.contrib.sessions.backends.base import UpdateError
from django.core.cache import cache

from channels_lts.frames import error_frame
from channels_lts.ratelimit import TOO_OFTEN, RateLimited

from . import limits

SECONDS = 120  # longer than a message waits in the layer
COUNTED = "counted"  # a key in messages: enforce_ordering keeps it with the frames it puts aside


def begin_channel_session(consumer):
    """
    Decorates the consumer of websocket.connect, outside of anything that may refuse the handshake.
    For a refused one daphne sends a disconnect too, which must not start a session then.
    """
    @functools.wraps(consumer)
    def inner(message, *args, **kwargs):
        try:
            return consumer(message, *args, **kwargs)
        except DenyConnection:
            end(message)  # the disconnect may have come first
            raise
    return inner


def close_when_limited(kind):
    """
    Decorates the ordered consumer of websocket.receive: counts each frame once, before it may be
    put aside, and closes the socket when there are too many. Its later frames, and those still put
    aside, are dropped: they would never have their turn.
    """
    def decorate(consumer):
        @functools.wraps(consumer)
        def inner(message, *args, **kwargs):
            if has_ended(message):
                return
            try:
                count_once(kind, message)
            except RateLimited as error:
                if end(message):
                    message.reply_channel.send(dict(error_frame(error), close=TOO_OFTEN))
                return
            try:
                consumer(message, *args, **kwargs)
            except UpdateError:  # another worker has removed the session meanwhile
                if not has_ended(message):
                    raise
        return inner
    return decorate


def cut(most):
    """
    Decorates the ordered consumer of websocket.receive, which refuses anything but text of at most
    `most` characters, in its turn: nothing larger is put aside until then.
    """
    def decorate(consumer):
        @functools.wraps(consumer)
        def inner(message, *args, **kwargs):
            message.content.pop("bytes", None)
            if message.get("text"):
                message.content["text"] = message["text"][:most + 1]
            return consumer(message, *args, **kwargs)
        return inner
    return decorate


def count_once(kind, message):
    if not message.get(COUNTED):
        limits.hit(kind, message)
        message.content[COUNTED] = True


def end_channel_session(consumer):
    """Decorates the ordered consumer of websocket.disconnect: removes the socket's session."""
    @functools.wraps(consumer)
    def inner(message, *args, **kwargs):
        if has_ended(message):
            remove_session(message)  # a frame in progress may have created it again
            return
        consumer(message, *args, **kwargs)
        # It may have come too early: then it is put aside, and has its turn later.
        if message.channel_session.get("__channels_next_order", 0) > message["order"]:
            message.channel_session.delete()
    return inner


def end(message):
    """Ends all turns of this socket. Returns whether that is news."""
    is_news = cache.add(ended(message), True, SECONDS)
    remove_session(message)
    return is_news


def has_ended(message):
    return cache.get(ended(message)) is not None


def remove_session(message):
    session = session_for_reply_channel(message.reply_channel.name)
    session.delete(session.session_key)


def ended(message):
    return "primer:ended:%s" % message.reply_channel.name
