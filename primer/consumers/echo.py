from channels import Group

from channels_lts import auth
from channels_lts.frames import answer_mistakes
from primer.limits import limited
from primer.requests import plain_text

FRIENDS = "friends"


@auth.on_connect
def ws_connect(message):
    Group(FRIENDS).add(message.reply_channel)
    message.reply_channel.send({"accept": True})


@auth.on_receive
@answer_mistakes
@limited("echo")
def ws_receive(message):
    Group(FRIENDS).send({"text": plain_text(message)})


@auth.on_disconnect
def ws_disconnect(message):
    Group(FRIENDS).discard(message.reply_channel)
