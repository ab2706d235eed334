from channels import Group


def ws_connect(message):
    Group("chat").add(message.reply_channel)
    message.reply_channel.send({"accept": True})


def ws_receive(message):
    Group("chat").send({"text": message.content["text"]})


def ws_disconnect(message):
    Group("chat").discard(message.reply_channel)
