from channels_lts.admin import history as admin_history
from channels_lts.binding import History
from channels_lts.binding.websockets import WebsocketBinding
from channels_lts.ratelimit import Limit
from workshop.permissions import may_write_by_socket

from . import groups
from .models import Link, LinkTag, Tag

WRITES = Limit(100, 300, 10)
LAST = History(frames=200, bytes=64 * 1024, seconds=120)


class RowBinding(WebsocketBinding):
    """Reports who has changed a row: to those who may know, and in the admin's history."""

    model = None

    @classmethod
    def numbered_by(cls, group):
        return groups.unnamed(group)

    @classmethod
    def tells_actor(cls, group):
        return groups.tells_actor(group)

    def written(self, user, action, row, fields=()):
        admin_history.log(user, action, row, fields)


class LinkBinding(RowBinding):
    model = Link
    stream = "links"
    fields = ["id", "name", "url", "pending", "description", "tags", "user"]
    rate_limit = WRITES
    history = LAST
    owner = "user"

    @classmethod
    def group_names(cls, instance):
        return groups.audiences(groups.LINKS)

    @classmethod
    def queryset(cls, using):
        return super().queryset(using).prefetch_related("tags")

    def has_permission(self, user, action, pk):
        return may_write_by_socket(user, action, self.model)


class TagBinding(RowBinding):
    model = Tag
    stream = "tags"
    fields = ["id", "name", "description", "user"]
    rate_limit = WRITES
    history = LAST
    owner = "user"

    @classmethod
    def group_names(cls, instance):
        return groups.audiences(groups.TAGS)

    def has_permission(self, user, action, pk):
        return may_write_by_socket(user, action, self.model)


class LinkTagBinding(RowBinding):
    model = LinkTag
    stream = "linktags"
    fields = ["id", "link", "tag"]
    rate_limit = WRITES
    history = LAST

    @classmethod
    def group_names(cls, instance):
        return groups.audiences(groups.LINKTAGS)

    def has_permission(self, user, action, pk):
        return may_write_by_socket(user, action, self.model)

    def written(self, user, action, row, fields=()):
        admin_history.log_part(user, action, row.link, row, fields)
