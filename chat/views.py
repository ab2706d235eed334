from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import ugettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from channels_lts.ratelimit import RateLimited

from . import frames, history, limits, reading, rooms
from .models import Room, is_room_name
from .permissions import may_enter, may_write


@require_safe
@never_cache
def room_list(request):
    return render(request, "chat/room_list.html", {"data": {
        "rooms": rooms.listed(request.user),
        "me": request.user.get_username() or None,
    }})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def room(request, name):
    """The room; if it doesn't exist, logged-in visitors are asked whether to create it, by POST."""
    found = rooms.find(name)
    if found is None:
        return missing(request, name)
    if not may_enter(request.user, found):
        return refusal(request, 403, _("This room is closed."))
    if found.name != name or request.method == "POST":
        return redirect("chat:room", name=found.name)
    return render(request, "chat/room.html", {"room": found, "data": page_data(request, found)})


def missing(request, name):
    try:
        is_room_name(name)
    except ValidationError as error:
        return refusal(request, 404, error.message)
    if may_write(request.user) and request.method == "POST":
        return create(request, name)
    text = _("There is no room with this name yet.")
    if may_write(request.user):
        answer = refusal(request, 200, text, may_open=True)
        answer["X-Gone"] = "1"  # for windows of a room that was here: front/src/utils/why.js
        return answer
    return refusal(request, 404, text, may_log_in=True)


def create(request, name):
    try:
        limits.hit("create", request.user)
    except RateLimited as error:
        return too_many(request, error.retry_after)
    Room.objects.get_or_create(key=name.lower(), defaults={"name": name})
    return redirect("chat:room", name=name)


def too_many(request, retry_after):
    answer = refusal(request, 429, _("You have opened too many rooms: try again later."))
    answer["Retry-After"] = retry_after
    return answer


def refusal(request, status, text, **offers):
    return render(request, "chat/refusal.html", dict(offers, text=text), status=status)


def page_data(request, found):
    messages, more = history.newest(found)
    return {
        "room": found.name,
        "me": request.user.get_username() or None,
        "may_write": may_write(request.user) and not found.closed,
        "messages": [frames.body(message) for message in messages],
        "more": more,
        "number": found.last_number,
        "deletions": found.deletions,
        "closed": found.closed,
        "read": reading.position(request.user, found),
    }
