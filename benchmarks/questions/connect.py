"""
A storm of new sockets, with a session and without: how long until all are open?
"""
from collections import OrderedDict

from ..field import running
from ..figures import at_most, median, milliseconds, number, ratio

KINDS = OrderedDict((("group", "without a session"), ("session", "with a session")))


def arguments(parser):
    parser.add_argument("--storm", type=int, default=2000, help="new sockets (default 2000)")
    parser.add_argument("--storm-parallel", type=int, default=250,
                        help="handshakes under way at a time (default 250)")


def measure(options, left_out, say):
    results = OrderedDict()
    with running(options, left_out, say) as field:
        for kind, words in KINDS.items():
            say("connect: %d sockets %s" % (options.storm, words))
            turns = field.rounds(lambda each, turn: storm(each, kind, turn, options),
                                 1, options.rounds)
            results[kind] = {name: summary(turns[name]) for name in turns if turns[name]}
    return results


def storm(contestant, kind, turn, options):
    paths = ["/%s/storm%d/" % (kind, turn)] * options.storm
    answer = contestant.open(paths, options.storm_parallel, cookie=contestant.cookie)
    contestant.client.ask("close")
    contestant.settle(30)
    return answer


def summary(turns):
    return {
        "seconds": [turn["seconds"] for turn in turns],
        "opened": [turn["opened"] for turn in turns],
        "failed": [turn["failed"] for turn in turns],
        "p50": [turn["handshake_p50"] for turn in turns],
        "p99": [turn["handshake_p99"] for turn in turns],
    }


def tables(results):
    header = ["contestant", "opened (worst)", "seconds p50", "sockets a second",
              "handshake ms p50", "p99", "failed"]
    return [
        ("A storm of new sockets %s" % KINDS[kind], header,
         [row(name, turn) for name, turn in contestants.items()])
        for kind, contestants in results.items()
    ]


def row(name, turn):
    rates = [opened / seconds for opened, seconds in zip(turn["opened"], turn["seconds"])]
    failures = [", ".join("%s: %d" % pair for pair in failed.items()) for failed in turn["failed"]]
    return [name, min(turn["opened"]), number(median(turn["seconds"])), number(median(rates)),
            number(milliseconds(median(turn["p50"]))),
            number(milliseconds(median(turn["p99"]))),
            max(failures)]


def checks(results):
    return [check(kind, contestants, peer) for kind, contestants in results.items()
            for peer in ("channels4", "channels4-uvicorn-pubsub")]


def check(kind, contestants, peer):
    ours, theirs = contestants.get("workshop"), contestants.get(peer)
    both = ours and theirs and ratio(median(ours["seconds"]), median(theirs["seconds"]))
    return at_most("storm %s, time of workshop / %s" % (KINDS[kind], peer), both or None, 1.0)
