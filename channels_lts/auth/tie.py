"""
The tie between a socket and the user behind it: groups through which it learns of their end.
"""
import logging
from contextlib import suppress

from channels import Group
from channels.channel import Channel
from channels.message import pending_message_store
from django.utils.functional import SimpleLazyObject
from redis.exceptions import RedisError

from channels_lts import sessions
from channels_lts.layers.drop_log import Full
from channels_lts.security.refusal_log import RefusalLog

from . import groups

refusals = RefusalLog(logging.getLogger(__name__))


class Tie:
    """
    For one handshake. The socket joins the groups of its session and its user, each before the
    database is queried for it: an end in between would reach nobody. Groups whose data isn't
    queried before the acceptance are joined with it.
    """

    def __init__(self, message):
        """`message`: of websocket.connect, with `session_key` and `http_session`."""
        self.message = message
        self.joined = []
        self.waiting = []  # joined when the data is needed, or with the acceptance
        self.others = []  # joined with the acceptance, and left by the consumer itself
        self.is_accepted = False

    def begin(self):
        """Raises what group_add raises, like all methods here."""
        if self.message.session_key:
            self.waiting.append(groups.session_group(self.message.session_key))
            self.join()
            user_key = groups.user_key_in(self.message.http_session)
            if user_key:
                self.waiting.append(groups.user_group(user_key))

    def join(self):
        if self.waiting:
            sessions.join(self.message, self.waiting)
            self.note(self.waiting)
            self.waiting = []

    def bring(self, names):
        """
        Makes the consumer's own groups join with the acceptance, or now if that has been sent.
        """
        if self.is_accepted:
            sessions.join(self.message, names)
        else:
            self.others += names

    def before(self, find):
        """The lazy result of `find()`; all groups are joined before it is evaluated."""
        def found():
            self.join()
            return find()
        return SimpleLazyObject(found)

    def accept(self, content, others=()):
        """Sends the acceptance now, with the socket in all groups and its session stored."""
        if self.is_accepted:
            self.message.reply_channel.send(content, immediately=True)
            return
        self.note(self.waiting)  # it may be in them even if this fails
        sessions.accept(self.message, content, self.waiting + self.others + list(others),
                        self.joined)
        self.waiting, self.is_accepted = [], True

    def finish(self):
        """
        Call it when the consumer has ended. Only then does what it sent (the acceptance too) go
        out; the session must be stored before the first frame can arrive.
        """
        if self.is_accepted:
            return
        pending = getattr(pending_message_store.threadlocal, "messages", [])
        if pending and pending[0][0].name == self.message.reply_channel.name:
            pending[0] = FirstReply(self), pending[0][1]
        else:
            self.note(self.waiting)
            sessions.join(self.message, self.waiting + self.others)
            sessions.store_session(self.message, self.joined)

    def undo(self):
        """Call it when the handshake is denied, or will be retried."""
        for name in self.joined:
            Group(name, channel_layer=self.message.channel_layer).discard(
                self.message.reply_channel)

    def note(self, names):
        """Makes the socket leave these groups when it closes; their names are stored with it."""
        self.joined += [name for name in names if name not in self.joined]


class FirstReply(Channel):
    """The reply channel of a handshake, for the first message sent to it."""

    def __init__(self, tie):
        reply_channel = tie.message.reply_channel
        super().__init__(reply_channel.name, channel_layer=reply_channel.channel_layer)
        self.tie = tie

    def send(self, content, immediately=False):
        """
        Refuses the socket if what goes with the acceptance can't be done, as if its consumer had
        found that out: otherwise the worker would wait for Redis, or the handshake for an answer.
        """
        try:
            self.tie.accept(content)
        except self.channel_layer.ChannelFull:
            raise
        except (RedisError, Full) as error:
            self.refuse(1013)  # try again later (RFC 6455's registry)
            refusals.note("a socket whose groups or data can't be stored", str(error))
        except Exception:
            self.refuse(True)
            raise

    def refuse(self, code):
        super().send({"close": code}, immediately=True)
        with suppress(RedisError):
            self.tie.undo()
