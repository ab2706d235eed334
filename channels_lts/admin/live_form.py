"""
A change form that follows changes: its script (live_form.js) fetches the page again.
"""
from django.contrib.admin.utils import quote
from django.utils.encoding import force_text

from ..conf import settings
from . import differences, live
from .live_list import since_of
from .pages import within


def follow(response, admin, request, obj):
    """Makes the page of the object's change form follow changes."""
    if not admin.live_list:
        return response
    key = force_text(obj.pk)
    since = since_of(request)
    entries = {} if since is None else differences.entries_since(admin.model, [key], since)
    return within(
        response, "live_form", live_pk=live.name_of(admin.model, obj.pk),
        live_me=force_text(request.user.pk),
        live_model=live.label_of(obj), live_entry=entries.get(key),
        socket=settings.ADMIN_SOCKETS + live.socket_path(admin) + quote(key) + "/")
