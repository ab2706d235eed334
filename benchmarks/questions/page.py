"""
A small dynamic page, asked for by 1 and by 32 clients: how long does one take, how many a second?
"""
from collections import OrderedDict

from ..field import running
from ..figures import at_least, at_most, median, milliseconds, number, ratio


def arguments(parser):
    parser.add_argument("--clients", type=lambda text: [int(count) for count in text.split(",")],
                        default=[1, 32], help="numbers of clients, comma separated (default 1,32)")
    parser.add_argument("--page-seconds", type=float, default=2.5,
                        help="length of one turn (default 2.5)")


def measure(options, left_out, say):
    results = OrderedDict()
    with running(options, left_out, say) as field:
        for clients in options.clients:
            say("page: %d clients" % clients)
            turns = field.rounds(
                lambda each, turn: ask(each, clients, options.page_seconds),
                1, options.rounds)
            results[str(clients)] = {name: summary(turns[name]) for name in turns if turns[name]}
    return results


def ask(contestant, clients, seconds):
    return contestant.client.ask("pages", seconds + 60, port=contestant.ports[0],
                                 path="/?visitor=somebody", clients=clients, seconds=seconds)


def summary(turns):
    return {
        "p50": [turn["p50"] for turn in turns],
        "p99": [turn["p99"] for turn in turns],
        "per_second": [turn["requests"] / turn["seconds"] for turn in turns],
        "errors": sum(turn["errors"] for turn in turns),
    }


def tables(results):
    header = ["contestant", "ms p50", "p99", "a second", "errors"]
    return [
        ("A page, %s clients at a time" % clients, header, [
            [name, number(milliseconds(median(turn["p50"]))),
             number(milliseconds(median(turn["p99"]))),
             number(median(turn["per_second"])), turn["errors"]]
            for name, turn in contestants.items()])
        for clients, contestants in results.items()
    ]


def value(results, clients, name, key):
    turn = results.get(clients, {}).get(name)
    return median(turn[key]) if turn else None


def checks(results):
    serial = ratio(value(results, "1", "workshop", "p50"), value(results, "1", "channels4", "p50"))
    others = [value(results, "32", name, "per_second")
              for name in ("stock", "stock-raised", "channels4")]
    best = max((other for other in others if other), default=None)
    return [
        at_most("a serial page, latency of workshop / channels4", serial, 1.1),
        at_least("pages a second for 32 clients, workshop / the better of stock and channels4",
                 ratio(value(results, "32", "workshop", "per_second"), best), 1.5),
    ]
