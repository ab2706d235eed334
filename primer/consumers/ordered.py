from channels.sessions import enforce_ordering

from channels_lts import auth
from channels_lts.frames import FrameError, encode, error_frame
from primer.requests import MOST_CHARACTERS, plain_text
from primer.sessions import begin_channel_session, close_when_limited, cut, end_channel_session


@begin_channel_session
@auth.on_connect
@enforce_ordering
def ws_connect(message):
    message.reply_channel.send({"accept": True})


@auth.on_receive
@close_when_limited("ordered")
@cut(MOST_CHARACTERS)
@enforce_ordering
def ws_receive(message):
    # What waits for the consumer's end is sent when the next frame may already be in progress.
    message.reply_channel.send(answer(message), immediately=True)


def answer(message):
    try:
        return encode({"order": message["order"], "text": plain_text(message)})
    except FrameError as error:
        return error_frame(error)


@auth.on_disconnect
@end_channel_session
@enforce_ordering
def ws_disconnect(message):
    """Only takes its turn."""
