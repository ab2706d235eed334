"""
The same consumers with channels' own decorators and with the engine's.
"""
from channels.auth import channel_session_user, channel_session_user_from_http, http_session_user
from django.conf import settings

if settings.GUARDS:
    from channels_lts.auth import on_connect, on_disconnect, on_receive
    connects_with_user = keeps_user = on_connect
    receives_with_user, forgets_user = on_receive, on_disconnect
else:
    connects_with_user, keeps_user = http_session_user, channel_session_user_from_http
    receives_with_user = forgets_user = channel_session_user


def ws_connect(message):
    message.reply_channel.send({"accept": True})


def ws_receive(message):
    message.reply_channel.send({"text": message["text"]})


@connects_with_user
def ws_connect_as_user(message):
    message.reply_channel.send({"accept": bool(message.user.is_authenticated)})


@keeps_user
def ws_connect_and_keep_user(message):
    message.reply_channel.send({"accept": bool(message.user.is_authenticated)})


@receives_with_user
def ws_receive_as_user(message):
    if message.user.is_authenticated:
        message.reply_channel.send({"text": message["text"]})


@forgets_user
def ws_disconnect_as_user(message):
    pass
