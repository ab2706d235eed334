"""
A change list's page that follows what is changed: its script (live.js) asks for the page again.
"""
import copy
import json

from django.utils.encoding import force_text

from ..conf import settings
from . import differences, live
from .pages import within

SINCE = "_since"  # of the page's address: in seconds, for who has changed what


def without_since(request):
    """The request for the list; Django takes what it doesn't know for a filter."""
    if SINCE not in request.GET:
        return request
    request = copy.copy(request)
    request.GET = request.GET.copy()
    del request.GET[SINCE]
    return request


def follow(response, admin, request, keys):
    """Has the list's page follow; `keys` are those of its rows, in their order."""
    if not admin.live_list:
        return response
    return within(
        response, "live_list", keys=json.dumps(keys),
        socket=settings.ADMIN_SOCKETS + live.socket_path(admin),
        changed_by=json.dumps(changed_by(admin, request, keys)))


def changed_by(admin, request, keys):
    """{key: who has last changed the row since the page was drawn, by the admin's log}"""
    since = since_of(request)
    if since is None:
        return {}
    entries = differences.entries_since(admin.model, keys, since)
    return {key: force_text(entry.user) for key, entry in entries.items()}


def since_of(request):
    """The seconds that the page's script has sent, or None."""
    text = request.GET.get(SINCE, "")
    return int(text) if text.isdecimal() and len(text) <= 10 else None
