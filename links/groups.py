"""
The groups of the link sockets. A binding sends to one of these names and a demultiplexer joins
it: the workshop spelled two of them differently on the two sides, and those frames reached nobody.
"""
from django.conf import settings

LINKS = "link-updates"
TAGS = "tag-updates"
LINKTAGS = "linktag-updates"
PAGE = "links-page"  # presence scope of people who have the page open

SUFFIX = "-named"


def named(group):
    """The part of a group for visitors who may see who is here, and so who changes rows."""
    return group + SUFFIX


def unnamed(group):
    return group[:-len(SUFFIX)] if is_named(group) else group


def is_named(group):
    return group.endswith(SUFFIX)


def audiences(group):
    """The groups that a row is sent to: with OPEN_ACCESS everybody may see everybody."""
    return [group] if settings.OPEN_ACCESS else [group, named(group)]


def tells_actor(group):
    """Whether everybody in the group may see who is here."""
    return settings.OPEN_ACCESS or is_named(group)
