"""
A change list that follows changes: its script (live.js) fetches the page again.
"""
import copy
import json

from django.utils.encoding import force_text

from ..conf import settings
from . import differences, live
from .pages import within

SINCE = "_since"  # query parameter: seconds, to find out who changed what since then


def without_since(request):
    """The request for the list, without it: Django takes unknown parameters for filters."""
    if SINCE not in request.GET:
        return request
    request = copy.copy(request)
    request.GET = request.GET.copy()
    del request.GET[SINCE]
    return request


def follow(response, admin, request, keys):
    """Makes the list's page follow changes; `keys` are those of its rows, in order."""
    if not admin.live_list:
        return response
    return within(
        response, "live_list", keys=json.dumps(keys),
        socket=settings.ADMIN_SOCKETS + live.socket_path(admin),
        changed_by=json.dumps(changed_by(admin, request, keys)))


def changed_by(admin, request, keys):
    """{key: who last changed the row since the page was drawn, according to the admin's log}"""
    since = since_of(request)
    if since is None:
        return {}
    entries = differences.entries_since(admin.model, keys, since)
    return {key: force_text(entry.user) for key, entry in entries.items()}


def since_of(request):
    """The seconds sent by the page's script, or None."""
    text = request.GET.get(SINCE, "")
    return int(text) if text.isdecimal() and len(text) <= 10 else None
