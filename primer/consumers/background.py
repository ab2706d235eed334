from channels_lts import auth
from channels_lts.frames import answer_mistakes, encode
from primer.limits import limited
from primer.primes import count_primes
from primer.requests import content_of, integer
from primer.sending import give

WORK = "primer.work"  # taken by a separate worker: runworker --only-channels=primer.work


@auth.on_connect
def ws_connect(message):
    message.reply_channel.send({"accept": True})


@auth.on_receive
@answer_mistakes
@limited("work")
def ws_receive(message):
    task = {"primes_below": integer(content_of(message), "primes_below", 2, 1000000)}
    give(WORK, dict(task, reply_channel=message.reply_channel.name))
    message.reply_channel.send(encode({"accepted": task}), immediately=True)


def work(message):
    below = message["primes_below"]
    message.reply_channel.send(encode({"primes_below": below, "count": count_primes(below)}))


@auth.on_disconnect
def ws_disconnect(message):
    """Only clears the session."""
