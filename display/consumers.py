from channels import Group
from channels.exceptions import DenyConnection
from django.utils.translation import ugettext as _

from channels_lts import auth, outages, presence, ratelimit, sessions
from channels_lts.frames import FrameError, decode, error_frame
from channels_lts.ratelimit import Limit
from workshop.permissions import may_watch_users

from . import frames, groups, notices
from .models import shared_users

WHO = Limit(30, 300, 10)
MAX_FRAME = 1024  # characters: the only thing that a client says here is {"action": "who"}


@auth.on_connect
def ws_connect(message):
    if not may_watch_users(message.user):
        raise DenyConnection("log in to watch who is logged in")
    notices.follow(message, with_logins=False)
    # Joins before the page can ask: a login between its question and the join would reach nobody.
    auth.accept(message, groups=[groups.USERS])
    if message.user.is_authenticated:
        presence.track(message.reply_channel, message.user.pk, [presence.SITE, groups.PAGE])


@auth.on_receive
def ws_receive(message):
    """Answers only the asker: nothing sent by a client reaches another client."""
    reply(message, answer_to)


def reply(message, answer_to):
    try:
        with outages.answered():
            answer = answer_to(decode(message, MAX_FRAME), message)
    except FrameError as error:
        answer = error_frame(error)
    message.reply_channel.send(answer)


@auth.on_disconnect
def ws_disconnect(message):
    presence.untrack(message.reply_channel)
    Group(groups.USERS).discard(message.reply_channel)


def answer_to(content, message):
    if content != {"action": "who"}:
        raise FrameError("unknown_action", _('The only action here is {"action": "who"}.'))
    with ratelimit.remembered("users:who", message):
        if not may_watch_users(message.user):
            raise FrameError("forbidden", _("Log in to see who is logged in."))
        ratelimit.hit("users:who", WHO, message.user, sessions.ip_address_of(message))
    return frames.who(shared_users.get())


# The notices, for pages without a socket of their own

@auth.on_connect
def notices_connect(message):
    if not message.user.is_authenticated:
        # A browser can't tell a refusal from an outage, and would come back for ever.
        message.reply_channel.send({"accept": True})
        message.reply_channel.send({"close": auth.SESSION_ENDED})
        return
    notices.follow(message)
    auth.accept(message)
    presence.track(message.reply_channel, message.user.pk, [presence.SITE])


@auth.on_receive
def notices_receive(message):
    reply(message, refusal_of)


def refusal_of(content, message):
    raise FrameError("unknown_action", _("This socket only brings notices."))


@auth.on_disconnect
def notices_disconnect(message):
    presence.untrack(message.reply_channel)
