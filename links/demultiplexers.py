from channels_lts.generic.websockets import WebsocketDemultiplexer

from . import groups
from .bindings import LinkBinding, LinkTagBinding, TagBinding


class APIDemultiplexer(WebsocketDemultiplexer):
    consumers = {
        "links": LinkBinding.consumer,
        "tags": TagBinding.consumer,
        "linktags": LinkTagBinding.consumer,
    }

    def connection_groups(self, **kwargs):
        return [groups.LINKS, groups.TAGS, groups.LINKTAGS]


class LinkDemultiplexer(WebsocketDemultiplexer):
    consumers = {
        "links": LinkBinding.consumer,
    }

    def connection_groups(self, **kwargs):
        return [groups.LINKS]


class TagDemultiplexer(WebsocketDemultiplexer):
    consumers = {
        "tags": TagBinding.consumer,
    }

    def connection_groups(self, **kwargs):
        return [groups.TAGS]


class LinkTagDemultiplexer(WebsocketDemultiplexer):
    consumers = {
        "linktags": LinkTagBinding.consumer,
    }

    def connection_groups(self, **kwargs):
        return [groups.LINKTAGS]
