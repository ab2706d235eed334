from channels_lts import presence
from channels_lts.generic.websockets import WebsocketDemultiplexer

from . import groups
from .bindings import LinkBinding, LinkTagBinding, TagBinding

MAX_FRAME = 160 * 1024  # characters: the longest description, and the one that it was


class APIDemultiplexer(WebsocketDemultiplexer):
    max_frame = MAX_FRAME
    consumers = {
        "links": LinkBinding.consumer,
        "tags": TagBinding.consumer,
        "linktags": LinkTagBinding.consumer,
    }

    def connection_groups(self, **kwargs):
        return [groups.LINKS, groups.TAGS, groups.LINKTAGS]

    def connect(self, message, **kwargs):
        super().connect(message, **kwargs)
        if message.user.is_authenticated:
            presence.track(
                message.reply_channel, message.user.pk, [presence.SITE, groups.PAGE])

    def disconnect(self, message, **kwargs):
        presence.untrack(message.reply_channel)
        super().disconnect(message, **kwargs)


class LinkDemultiplexer(WebsocketDemultiplexer):
    max_frame = MAX_FRAME
    consumers = {
        "links": LinkBinding.consumer,
    }

    def connection_groups(self, **kwargs):
        return [groups.LINKS]


class TagDemultiplexer(WebsocketDemultiplexer):
    max_frame = MAX_FRAME
    consumers = {
        "tags": TagBinding.consumer,
    }

    def connection_groups(self, **kwargs):
        return [groups.TAGS]


class LinkTagDemultiplexer(WebsocketDemultiplexer):
    max_frame = MAX_FRAME
    consumers = {
        "linktags": LinkTagBinding.consumer,
    }

    def connection_groups(self, **kwargs):
        return [groups.LINKTAGS]
