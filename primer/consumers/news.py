from channels import Group

from channels_lts import auth
from channels_lts.frames import answer_mistakes, encode
from primer import news
from primer.groups import NEWS
from primer.limits import limited
from primer.requests import content_of, text


@auth.on_connect
def ws_connect(message):
    known = news.kept()
    # Before it joins, or news sent now would come first, and be taken for the acceptance.
    auth.accept(message, encode(known[-1]) if known else None)
    Group(NEWS).add(message.reply_channel)
    # News sent before it joined would be missed; sent while it joined, it comes twice.
    for piece in news.kept():
        if piece not in known:
            message.reply_channel.send(encode(piece))


@auth.on_receive
@answer_mistakes
@limited("news")
def ws_receive(message):
    news.tell(text(content_of(message), "news"))


@auth.on_disconnect
def ws_disconnect(message):
    Group(NEWS).discard(message.reply_channel)
