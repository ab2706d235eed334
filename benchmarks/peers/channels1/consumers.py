from channels import Group
from channels.sessions import http_session


def ws_connect(message, group):
    Group(group).add(message.reply_channel)
    message.reply_channel.send({"accept": True})


@http_session
def ws_connect_with_session(message, group):
    if message.http_session and message.http_session.get("visitor"):
        ws_connect(message, group)
    else:
        message.reply_channel.send({"close": True})


def ws_receive(message, group):
    Group(group).send({"text": message["text"]})


def ws_disconnect(message, group):
    Group(group).discard(message.reply_channel)


def names(group, count):
    return ["%s.%d" % (group, number) for number in range(int(count))]


def join_groups(message, group, count):
    for name in names(group, count):
        Group(name).add(message.reply_channel)
    message.reply_channel.send({"accept": True})


def echo(message, group, count):
    message.reply_channel.send({"text": message["text"]})


def leave_groups(message, group, count):
    for name in names(group, count):
        Group(name).discard(message.reply_channel)


def poll(message):
    """Answered by the sender to the group."""
    Group("polls").add(message.reply_channel)
