from channels import Group

from primer import news
from primer.groups import NEWS
from primer.limits import limited
from primer.requests import content_of, text
from workshop import visitors
from workshop.frames import answer_mistakes, encode


@visitors.on_connect
def ws_connect(message):
    Group(NEWS).add(message.reply_channel)
    last = news.latest()
    message.reply_channel.send(dict(encode(last) if last else {}, accept=True))


@visitors.on_receive
@answer_mistakes
@limited("news")
def ws_receive(message):
    news.tell(text(content_of(message), "news"))


@visitors.on_disconnect
def ws_disconnect(message):
    Group(NEWS).discard(message.reply_channel)
