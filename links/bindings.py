from channels_lts.binding import History
from channels_lts.binding.websockets import WebsocketBinding
from channels_lts.ratelimit import Limit
from workshop.permissions import may_write_by_socket

from . import groups
from .models import Link, LinkTag, Tag

WRITES = Limit(100, 300, 10)
LAST = History(frames=200, bytes=64 * 1024, seconds=120)


class LinkBinding(WebsocketBinding):
    model = Link
    stream = "links"
    fields = ["id", "name", "url", "pending", "description", "tags", "user"]
    rate_limit = WRITES
    history = LAST
    owner = "user"

    @classmethod
    def group_names(cls, instance):
        return [groups.LINKS]

    @classmethod
    def queryset(cls, using):
        return super().queryset(using).prefetch_related("tags")

    def has_permission(self, user, action, pk):
        return may_write_by_socket(user, action, self.model)


class TagBinding(WebsocketBinding):
    model = Tag
    stream = "tags"
    fields = ["id", "name", "description", "user"]
    rate_limit = WRITES
    history = LAST
    owner = "user"

    @classmethod
    def group_names(cls, instance):
        return [groups.TAGS]

    def has_permission(self, user, action, pk):
        return may_write_by_socket(user, action, self.model)


class LinkTagBinding(WebsocketBinding):
    model = LinkTag
    stream = "linktags"
    fields = ["id", "link", "tag"]
    rate_limit = WRITES
    history = LAST

    @classmethod
    def group_names(cls, instance):
        return [groups.LINKTAGS]

    def has_permission(self, user, action, pk):
        return may_write_by_socket(user, action, self.model)
