"""
Keeps a contestant busy while it is profiled.
"""
import time
from collections import OrderedDict

CLIENTS = 32
TALKERS = 500  # sockets that send one after another, CLIENTS of them at a time
GROUP = "everybody"
TEXT = '{"padding": "%s"}' % ("x" * 120)  # about as long as a model binding's


def pages(contestant, seconds):
    return contestant.client.ask("pages", seconds + 60, port=contestant.ports[0],
                                 path="/?visitor=somebody", clients=CLIENTS,
                                 seconds=seconds)["requests"]


def open_talkers(contestant, options):
    if contestant.talks:
        contestant.open(["/group/talker%d/" % number for number in range(TALKERS)])
        contestant.settle()


def frames(contestant, seconds):
    """Frames that a worker's consumer has sent back to the socket they came from."""
    if not contestant.talks:
        return 0
    return repeated(seconds, lambda turn: contestant.client.ask(
        "converse", 120, members=1, window=CLIENTS, seconds=60, quiet=5, tag="t%d" % turn))


def open_group(contestant, options):
    contestant.open(["/group/%s/" % GROUP] * options.profile_sockets)
    contestant.settle()


def fanned_out(contestant, seconds):
    return repeated(seconds, lambda turn: contestant.broadcast([GROUP], TEXT + str(turn)))


def repeated(seconds, work):
    until, received, turn = time.monotonic() + seconds, 0, 0
    while time.monotonic() < until:
        received += work(turn)["received"]
        turn += 1
    return received


# {name: (what prepares it, what does it for some seconds and returns how many it were)}
LOADS = OrderedDict((
    ("a page, %d clients" % CLIENTS, (lambda contestant, options: None, pages)),
    ("a frame, echoed by a consumer", (open_talkers, frames)),
    ("a frame of a fan-out", (open_group, fanned_out)),
))
