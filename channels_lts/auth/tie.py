"""
The tie between a socket and who sits behind it: groups by which it hears that they have ended.
"""
from channels import Group
from channels.channel import Channel
from channels.message import pending_message_store
from django.utils.functional import SimpleLazyObject

from channels_lts import sessions

from . import groups


class Tie:
    """
    Of one handshake. The socket joins the groups of its session and its user, each before the
    database is asked about it: what ends in between would reach nobody. What nobody asks about
    before the acceptance is joined with it.
    """

    def __init__(self, message):
        """`message`: of websocket.connect, with its `session_key` and `http_session`."""
        self.message = message
        self.joined = []
        self.waiting = []  # until somebody asks, or the acceptance
        self.others = []  # that the consumer joins with the acceptance, and leaves itself
        self.is_accepted = False

    def begin(self):
        """Raises what group_add raises, as all of these."""
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
        """Has the consumer's own groups joined with the acceptance, or now if that has gone."""
        if self.is_accepted:
            sessions.join(self.message, names)
        else:
            self.others += names

    def before(self, find):
        """What `find()` finds, when it is looked at: with all groups joined before."""
        def found():
            self.join()
            return find()
        return SimpleLazyObject(found)

    def accept(self, content, others=()):
        """Sends what accepts the socket, now, when it is in all groups and its session is kept."""
        if self.is_accepted:
            self.message.reply_channel.send(content, immediately=True)
            return
        self.note(self.waiting)  # it may be in them even if this fails
        sessions.accept(self.message, content, self.waiting + self.others + list(others),
                        self.joined)
        self.waiting, self.is_accepted = [], True

    def finish(self):
        """
        To be called when the consumer has ended. What it has sent (the acceptance too) leaves then;
        before the first frame can come, the session has to be kept.
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
        """To be called when the handshake is denied, or comes again later."""
        for name in self.joined:
            Group(name, channel_layer=self.message.channel_layer).discard(
                self.message.reply_channel)

    def note(self, names):
        """Has the socket taken out of these groups when it ends, and their names kept with it."""
        self.joined += [name for name in names if name not in self.joined]


class FirstReply(Channel):
    """The reply channel of a handshake, for the first message that is left to send to it."""

    def __init__(self, tie):
        reply_channel = tie.message.reply_channel
        super().__init__(reply_channel.name, channel_layer=reply_channel.channel_layer)
        self.tie = tie

    def send(self, content, immediately=False):
        self.tie.accept(content)
