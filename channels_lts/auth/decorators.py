"""
The consumer side: the user behind a socket, and the tie between the two.
"""
import functools

from channels import sessions as channel_sessions
from django.contrib.auth import get_user
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from channels_lts import sessions
from channels_lts.language import languages, told_by
from channels_lts.security.websockets import allowed_origins_only

from .tie import Tie


class SocketRequest:
    """The part of a request that django.contrib.auth.get_user reads."""

    def __init__(self, session):
        self.session = session


def attach_user(message):
    """Sets `message.user`, the user of `message.http_session`, looked up on first use."""
    message.user = SimpleLazyObject(lambda: get_user(SocketRequest(message.http_session)))


def attach_request_user(message):
    """Attaches session and user to an http.request message, which carries its own cookies."""
    sessions.attach_session(message, lambda: sessions.session_key_from(message))
    attach_user(message)


def on_connect(consumer):
    """
    Decorates a consumer of websocket.connect: checks the origin, attaches session and user, keeps
    them for the frames that follow, and ties the socket to them (see `disconnect`).
    """
    return allowed_origins_only(tied(consumer))


def tied(consumer):
    """on_connect without the origin check."""
    @functools.wraps(consumer)
    def inner(message, *args, **kwargs):
        message.session_key = sessions.session_key_from(message)
        sessions.attach_session(message, lambda: message.session_key)
        attach_user(message)
        message.tie = Tie(message)
        try:
            message.tie.begin()
            message.language = told_by(message)
            session = message.http_session
            message.http_session = message.tie.before(lambda: session)
            with translation.override(message.language):
                result = consumer(message, *args, **kwargs)
            message.tie.finish()
        except BaseException:  # the handshake is denied, or will be retried
            message.tie.undo()
            raise
        return result
    return inner


def accept(message, frame=None, groups=()):
    """
    Accepts a handshake immediately, not when the consumer has ended, with a first frame if one is
    given: daphne takes any frame sent earlier for the acceptance. `groups`: names of groups that
    the socket joins in the same step, at no extra cost. Data read before may be out of date by
    then: if the frame depends on it, join first.
    """
    message.tie.accept(dict(frame or {}, accept=True), groups)


def join(message, groups):
    """
    Has the socket of a handshake join groups, of their names, with its acceptance, which costs
    nothing, and leave them when it ends. To be called before it is accepted.
    """
    message.tie.note(groups)
    message.tie.bring(groups)


def on_receive(consumer):
    """
    Decorates a consumer of websocket.receive: attaches session and user, and activates the
    language of the handshake.
    """
    @functools.wraps(consumer)
    def inner(message, *args, **kwargs):
        sessions.load_session(message)
        attach_user(message)
        with translation.override(languages.find(message)):
            return consumer(message, *args, **kwargs)
    return inner


def on_disconnect(consumer):
    """Decorates a consumer of websocket.disconnect: clears the session and unties the socket."""
    @functools.wraps(consumer)
    def inner(message, *args, **kwargs):
        sessions.load_session(message, is_last=True)
        attach_user(message)
        sessions.leave(message, message.stored.get("groups", ()))
        try:
            return consumer(message, *args, **kwargs)
        finally:
            sessions.forget_session(message)
            languages.forget(message)
    return inner


# Under channels' own names, for consumers that use its decorators: only the import changes.

def channel_session_user_from_http(consumer):
    """
    channels' decorator for websocket.connect, plus a fresh user lookup and a tie. The channel
    session exists as always, but holds no login. Checks no origin, like channels' own.
    """
    return tied(channel_sessions.channel_session(consumer))


def channel_session_user(consumer):
    """channels' decorator for websocket.receive and websocket.disconnect, likewise."""
    consumer = channel_sessions.channel_session(consumer)
    receive, disconnect = on_receive(consumer), on_disconnect(consumer)

    @functools.wraps(consumer)
    def inner(message, *args, **kwargs):
        is_last = message.channel.name == "websocket.disconnect"
        return (disconnect if is_last else receive)(message, *args, **kwargs)
    return inner


def http_session_user(consumer):
    """channels' decorator for websocket.connect and http.request, without a channel session."""
    connect = tied(consumer)

    @functools.wraps(consumer)
    def inner(message, *args, **kwargs):
        if message.channel.name == "websocket.connect":
            return connect(message, *args, **kwargs)
        attach_request_user(message)
        with translation.override(told_by(message)):
            return consumer(message, *args, **kwargs)
    return inner
