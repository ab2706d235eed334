from channels_lts import auth
from channels_lts.frames import answer_mistakes, encode
from primer.limits import limited
from primer.requests import content_of, integer, text
from primer.sending import give_later

LATER = "primer.later"


@auth.on_connect
def ws_connect(message):
    message.reply_channel.send({"accept": True})


@auth.on_receive
@answer_mistakes
@limited("later")
def ws_receive(message):
    content = content_of(message)
    note = {"text": text(content, "text"), "seconds": integer(content, "seconds", 1, 60)}
    give_later(LATER, dict(note, reply_channel=message.reply_channel.name), note["seconds"])
    message.reply_channel.send(encode({"accepted": note}))


def deliver(message):
    message.reply_channel.send(
        encode({"text": message["text"], "seconds": message["seconds"]}))


@auth.on_disconnect
def ws_disconnect(message):
    """Only clears the session."""
