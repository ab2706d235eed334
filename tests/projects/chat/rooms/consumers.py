import json

from channels import Channel, Group
from channels.auth import channel_session_user, channel_session_user_from_http

from .models import Line


def tell(room, **content):
    Group("chat-%s" % room).send({"text": json.dumps(content, sort_keys=True)})


def name_of(user):
    return user.email if user.is_authenticated else "somebody"


@channel_session_user_from_http
def ws_connect(message, room):
    message.reply_channel.send({"accept": True})
    message.channel_session["room"] = room
    Group("chat-%s" % room).add(message.reply_channel)
    tell(room, joined=name_of(message.user))


@channel_session_user
def ws_receive(message):
    if message.get("bytes"):
        message.reply_channel.send({"bytes": message["bytes"][::-1]})
    elif message["text"] == "bye":
        message.reply_channel.send({"text": "see you", "close": 4001})
    elif message.user.is_authenticated:
        Channel("chat-messages").send({
            "room": message.channel_session["room"],
            "author": message.user.pk,
            "text": message["text"],
        })
    else:
        message.reply_channel.send({"text": json.dumps({"error": "log in to speak"})})


@channel_session_user
def ws_disconnect(message):
    room = message.channel_session["room"]
    Group("chat-%s" % room).discard(message.reply_channel)
    tell(room, left=name_of(message.user))


def chat_message(message):
    line = Line.objects.create(
        room=message["room"], author_id=message["author"], text=message["text"])
    tell(line.room, author=line.author.email, number=line.pk, text=line.text)
