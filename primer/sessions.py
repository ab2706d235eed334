"""
The end of channel sessions, which channels leaves behind for ever (channels issue 768).
"""
import functools

from channels.exceptions import DenyConnection
from channels.sessions import session_for_reply_channel
from django.core.cache import cache

SECONDS = 120  # longer than a message waits in the layer


def begin_channel_session(consumer):
    """
    Decorates the consumer of websocket.connect, outside of what may refuse the handshake. For a
    refused one daphne tells of a disconnect too, which must not begin a session then.
    """
    @functools.wraps(consumer)
    def inner(message, *args, **kwargs):
        try:
            return consumer(message, *args, **kwargs)
        except DenyConnection:
            cache.set(refused(message), True, SECONDS)
            session = session_for_reply_channel(message.reply_channel.name)
            session.delete(session.session_key)  # the disconnect may have come first
            raise
    return inner


def end_channel_session(consumer):
    """Decorates the ordered consumer of websocket.disconnect: removes the socket's session."""
    @functools.wraps(consumer)
    def inner(message, *args, **kwargs):
        if cache.get(refused(message)):
            return
        consumer(message, *args, **kwargs)
        # It may have come too early: then it is put aside, and has its turn later.
        if message.channel_session.get("__channels_next_order", 0) > message["order"]:
            message.channel_session.delete()
    return inner


def refused(message):
    return "primer:refused:%s" % message.reply_channel.name
