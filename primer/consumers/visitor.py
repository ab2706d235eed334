from django.utils.translation import ugettext as _

from channels_lts import auth
from channels_lts.frames import FrameError, answer_mistakes, encode
from primer.limits import limited
from primer.requests import content_of


@auth.on_connect
def ws_connect(message):
    message.reply_channel.send(dict(who(message), accept=True))


@auth.on_receive
@answer_mistakes
@limited("visitor")
def ws_receive(message):
    if content_of(message) != {"action": "who"}:
        raise FrameError("unknown_action", _('The only action here is {"action": "who"}.'))
    message.reply_channel.send(who(message))


@auth.on_disconnect
def ws_disconnect(message):
    """Only clears the session."""


def who(message):
    return encode({
        "user": message.user.get_username() or None,
        "session": bool(message.http_session.keys()),
    })
