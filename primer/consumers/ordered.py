from channels.sessions import enforce_ordering

from primer.requests import plain_text
from primer.sessions import begin_channel_session, end_channel_session
from workshop import visitors
from workshop.frames import answer_mistakes, encode


@begin_channel_session
@visitors.on_connect
@enforce_ordering
def ws_connect(message):
    message.reply_channel.send({"accept": True})


@enforce_ordering
@answer_mistakes
def ws_receive(message):
    answer = encode({"order": message["order"], "text": plain_text(message)})
    # What waits for the consumer's end leaves when the next frame may already be in work.
    message.reply_channel.send(answer, immediately=True)


@visitors.on_disconnect
@end_channel_session
@enforce_ordering
def ws_disconnect(message):
    """Nothing but having its turn."""
