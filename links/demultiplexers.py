from django.conf import settings

from channels_lts import presence
from channels_lts.generic.websockets import WebsocketDemultiplexer
from display import notices
from workshop.permissions import may_watch_users

from . import groups
from .bindings import LinkBinding, LinkTagBinding, TagBinding

MAX_FRAME = 160 * 1024  # characters: the longest description, along with its previous value


class RowDemultiplexer(WebsocketDemultiplexer):
    """
    Joins the group of each of its streams: if its visitor may see who is here, the one whose frames
    say who made a change. That is checked at the handshake, and stored with the names of the groups
    joined: a login, a logout or a changed permission ends it.
    """

    def audience(self, names):
        """The groups to join, by these names; leaving them is up to channels_lts.auth."""
        if not self.is_named():
            return names
        is_last = self.message.channel.name == "websocket.disconnect"
        return [] if is_last else [groups.named(name) for name in names]

    def group_for(self, binding, **kwargs):
        group = super().group_for(binding, **kwargs)
        return groups.named(group) if self.is_named() else group

    def is_named(self):
        if self.message.channel.name == "websocket.connect":
            return not settings.OPEN_ACCESS and may_watch_users(self.message.user)
        return any(groups.is_named(name) for name in self.message.stored.get("groups", ()))

    def raw_connect(self, message, **kwargs):
        if self.is_named():
            message.tie.note(self.connection_groups(**kwargs))
        super().raw_connect(message, **kwargs)


class APIDemultiplexer(RowDemultiplexer):
    max_frame = MAX_FRAME
    consumers = {
        "links": LinkBinding.consumer,
        "tags": TagBinding.consumer,
        "linktags": LinkTagBinding.consumer,
    }

    def connection_groups(self, **kwargs):
        return self.audience([groups.LINKS, groups.TAGS, groups.LINKTAGS])

    def connect(self, message, **kwargs):
        notices.follow(message)
        super().connect(message, **kwargs)
        if message.user.is_authenticated:
            presence.track(
                message.reply_channel, message.user.pk, [presence.SITE, groups.PAGE])

    def disconnect(self, message, **kwargs):
        presence.untrack(message.reply_channel)
        super().disconnect(message, **kwargs)


class LinkDemultiplexer(RowDemultiplexer):
    max_frame = MAX_FRAME
    consumers = {
        "links": LinkBinding.consumer,
    }

    def connection_groups(self, **kwargs):
        return self.audience([groups.LINKS])


class TagDemultiplexer(RowDemultiplexer):
    max_frame = MAX_FRAME
    consumers = {
        "tags": TagBinding.consumer,
    }

    def connection_groups(self, **kwargs):
        return self.audience([groups.TAGS])


class LinkTagDemultiplexer(RowDemultiplexer):
    max_frame = MAX_FRAME
    consumers = {
        "linktags": LinkTagBinding.consumer,
    }

    def connection_groups(self, **kwargs):
        return self.audience([groups.LINKTAGS])
