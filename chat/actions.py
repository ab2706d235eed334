"""
What a visitor of a room can do. Each takes a Visit and the frame, and raises FrameError.
"""
from collections import namedtuple

from channels import Group
from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import ugettext as _

from channels_lts import presence
from channels_lts.frames import FrameError
from display import notices
from display.models import find_user

from . import frames, groups, history, limits, mentions, people, reading, requests, rooms
from .news import news
from .permissions import may_write

TYPING_SECONDS = 3  # at most one `typing` from a person in this time

Visit = namedtuple("Visit", "room user reply_channel address")


def kind_of(content):
    """What a frame asks for: "message", or an action. Raises FrameError."""
    if isinstance(content, dict):
        if "message" in content:
            return "message"
        action = content.get("action")
        if isinstance(action, str) and action in ACTIONS:
            return action
    raise FrameError("unknown_action", _("Send a message, or one of the actions %s.") % ", ".join(
        sorted(ACTIONS)))


def perform(kind, visit, content):
    act = say if kind == "message" else ACTIONS[kind]
    act(visit, content)


def enter(visit):
    """
    Joins the groups and scopes of the room. Repeated with each `after`, which makes up for anything
    that a crash of a worker or of Redis has prevented.
    """
    room = groups.room(visit.room.pk)
    Group(room).add(visit.reply_channel)
    if may_write(visit.user):
        Group(groups.inbox(visit.user.pk)).add(visit.reply_channel)
        presence.track(visit.reply_channel, visit.user.pk, [room, groups.HERE, presence.SITE])


def say(visit, content):
    require_writer(visit)
    limits.hit("message", visit.user)
    client_id = requests.client_id(content)
    text = requests.text(content)
    private = requests.private(text)
    if private:
        whisper(visit, private, client_id)
        return
    message = history.store(visit.room, visit.user, text, client_id)
    # The room first: a crash in between leaves the sender without an answer, so it sends again.
    Group(groups.room(visit.room.pk)).send(frames.chat_message(message))
    if client_id is not None:
        visit.reply_channel.send(frames.message_stored(message))
    news.tell(visit.room, message.number)
    mentions.tell(visit.room, message)


def private(visit, content):
    """Sends the text privately, whatever it begins with."""
    require_writer(visit)
    limits.hit("message", visit.user)
    client_id = requests.client_id(content)
    whisper(visit, requests.addressed(content), client_id)


def whisper(visit, private, client_id):
    name, text = private
    target = find_user(name)
    if target is None:
        raise FrameError("unknown_user", _("There is no user “%s”.") % name)
    if not presence.is_here(groups.HERE, target.pk):
        raise FrameError(
            "offline", _("%s isn't in the chat, so the message was not delivered.") % name)
    now = timezone.now()
    Group(groups.inbox(target.pk)).send(frames.private_message(visit.user, text, client_id, now))
    Group(groups.inbox(visit.user.pk)).send(
        frames.private_message_delivered(target, text, client_id))
    if target != visit.user:
        notices.tell(
            target, "private", visit.user.get_username(), id=client_id, message=text,
            room=visit.room.name, url=rooms.address(visit.room), timestamp=now)


def after(visit, content):
    limits.hit_by_socket("after", visit)
    number = requests.number(content)
    enter(visit)
    found, more = history.after(visit.room, number)
    visit.reply_channel.send(frames.messages(visit.room, found, more, after=number))


def before(visit, content):
    limits.hit_by_socket("before", visit)
    number = requests.number(content)
    found, more = history.before(visit.room, number)
    visit.reply_channel.send(frames.messages(visit.room, found, more, before=number))


def typing(visit, content):
    require_writer(visit)
    limits.hit("typing", visit.user)
    if cache.add("chat:typing:%s:%s" % (visit.room.pk, visit.user.pk), 1, TYPING_SECONDS):
        Group(groups.room(visit.room.pk)).send(frames.typing(visit.user))


def who(visit, content):
    limits.hit_by_socket("who", visit)
    visit.reply_channel.send(frames.user_list(people.shared_names.get(visit.room.pk)))


def listed(visit, content):
    limits.hit("rooms", visit.user, visit.address)
    follow_news(visit.user, visit.reply_channel)
    visit.reply_channel.send(frames.rooms(rooms.listed(visit.user)))


def follow_news(user, reply_channel):
    if may_write(user):
        Group(groups.NEWS).add(reply_channel)


def read(visit, content):
    if not may_write(visit.user):
        raise FrameError("forbidden", _("Log in to write."))
    limits.hit("read", visit.user)
    number = reading.move(visit.user, visit.room, requests.number(content))
    if number is not None:
        Group(groups.inbox(visit.user.pk)).send(frames.room_read(visit.room.name, number))


def require_writer(visit):
    if not may_write(visit.user):
        raise FrameError("forbidden", _("Log in to write."))
    if visit.room.closed:
        raise FrameError("closed", _("This room is closed."))


ACTIONS = {"after": after, "before": before, "private": private, "read": read, "rooms": listed,
           "typing": typing, "who": who}
