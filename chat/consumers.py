from channels import Group
from channels.exceptions import DenyConnection
from django.utils.translation import ugettext as _

from channels_lts import auth, outages, presence, sessions
from channels_lts.frames import FrameError, decode
from channels_lts.ratelimit import TOO_OFTEN, RateLimited
from display import notices

from . import frames, groups, history, limits, people, requests, rooms
from .actions import Visit, enter, follow_news, kind_of, perform
from .permissions import may_enter, may_write


@auth.on_connect
def ws_connect(message, name):
    room = rooms.find(name)
    if room is None:
        raise DenyConnection("there is no such room")
    if not may_enter(message.user, room):
        # A browser can't tell a refusal from an outage, and would keep reconnecting.
        message.reply_channel.send(
            dict(frames.room_closed(room.name), accept=True, close=frames.CLOSED))
        return
    visit = Visit(room, message.user, message.reply_channel, sessions.ip_address_of(message))
    if is_too_often(visit):
        return
    notices.follow(message)
    # Before it joins the group, or messages sent there would come first.
    auth.accept(message, frames.hello(
        room, message.user, may_write(message.user) and not room.closed))
    enter(visit)
    send_what_came_meanwhile(visit)
    message.reply_channel.send(frames.user_list(people.shared_names.get(room.pk)))


def is_too_often(visit):
    """
    Whether the visitor has come too often. An open socket can report that, a refused one can't.
    """
    try:
        limits.hit("join", visit.user, visit.address)
    except RateLimited as error:
        visit.reply_channel.send(
            dict(frames.error(error), accept=True, close=TOO_OFTEN))
        return True
    return False


def send_what_came_meanwhile(visit):
    """Sends what was said between the hello and joining the group."""
    found, more = history.after(visit.room, visit.room.last_number)
    if found:
        visit.reply_channel.send(
            frames.messages(visit.room, found, more, after=visit.room.last_number))


@auth.on_receive
def ws_receive(message, name):
    client_id = None
    try:
        content = decode(message, requests.MAX_FRAME)
        if isinstance(content, dict):
            client_id = requests.client_id(content)
        kind = kind_of(content)
        with limits.remembered(kind, message), outages.answered():
            perform(kind, visit_of(message, name), content)
    except FrameError as error:
        message.reply_channel.send(frames.error(error, client_id))


def visit_of(message, name):
    """Checked again for each frame: the room may have been closed, or the visitor logged out."""
    room = rooms.find(name)
    if room is None or not may_enter(message.user, room):
        raise FrameError("closed", _("This room is closed."))
    return Visit(room, message.user, message.reply_channel, sessions.ip_address_of(message))


@auth.on_disconnect
def ws_disconnect(message, name):
    user_key = presence.untrack(message.reply_channel)
    if user_key is not None:
        Group(groups.inbox(user_key)).discard(message.reply_channel)
        Group(groups.NEWS).discard(message.reply_channel)
    room = rooms.find(name)
    if room is not None:
        Group(groups.room(room.pk)).discard(message.reply_channel)


# The list of rooms

@auth.on_connect
def rooms_connect(message):
    Group(groups.ROOMS).add(message.reply_channel)
    follow_news(message.user, message.reply_channel)
    notices.follow(message)
    message.reply_channel.send(dict(frames.rooms(rooms.listed(message.user)), accept=True))


@auth.on_receive
def rooms_receive(message):
    try:
        with outages.answered():
            answer = answer_about_rooms(decode(message, requests.MAX_FRAME), message)
    except FrameError as error:
        answer = frames.error(error)
    message.reply_channel.send(answer)


def answer_about_rooms(content, message):
    if content != {"action": "rooms"}:
        raise FrameError("unknown_action", _("This socket only lists rooms."))
    with limits.remembered("rooms", message):
        limits.hit("rooms", message.user, sessions.ip_address_of(message))
    return frames.rooms(rooms.listed(message.user))


@auth.on_disconnect
def rooms_disconnect(message):
    Group(groups.ROOMS).discard(message.reply_channel)
    Group(groups.NEWS).discard(message.reply_channel)
