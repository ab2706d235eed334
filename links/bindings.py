from channels_lts.ratelimit import Limit
from workshop.bindings import WebsocketBinding

from . import groups
from .models import Link, LinkTag, Tag

WRITES = Limit(100, 300, 10)


class LinkBinding(WebsocketBinding):
    model = Link
    stream = "links"
    fields = ["id", "name", "url", "pending", "description", "tags", "user"]
    group = groups.LINKS
    rate_limit = WRITES
    owner = "user"

    @classmethod
    def queryset(cls, using):
        return super().queryset(using).prefetch_related("tags")


class TagBinding(WebsocketBinding):
    model = Tag
    stream = "tags"
    fields = ["id", "name", "description", "user"]
    group = groups.TAGS
    rate_limit = WRITES
    owner = "user"


class LinkTagBinding(WebsocketBinding):
    model = LinkTag
    stream = "linktags"
    fields = ["id", "link", "tag"]
    group = groups.LINKTAGS
    rate_limit = WRITES
