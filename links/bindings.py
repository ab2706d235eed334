from workshop.bindings import Binding

from . import groups
from .models import Link, LinkTag, Tag


class LinkBinding(Binding):
    model = Link
    stream = "links"
    fields = ["id", "name", "url", "pending", "description", "tags", "user"]
    group = groups.LINKS


class TagBinding(Binding):
    model = Tag
    stream = "tags"
    fields = ["id", "name", "description", "user"]
    group = groups.TAGS


class LinkTagBinding(Binding):
    model = LinkTag
    stream = "linktags"
    fields = ["id", "link", "tag"]
    group = groups.LINKTAGS
