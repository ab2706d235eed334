"""
One Group send to N open sockets: how many get it, when does the last, how long is the sender held?
"""
from collections import OrderedDict

from ..field import running
from ..figures import (
    Check,
    at_least,
    at_most,
    everything,
    median,
    milliseconds,
    number,
    percent,
    percentile,
    ratio,
)

GROUP = "everybody"
PADDING = "x" * 80  # the frame is about as long as a model binding's


def arguments(parser):
    parser.add_argument("--sizes", type=sizes, default=[200, 1000, 3000, 5000],
                        help="numbers of sockets, comma separated (default 200,1000,3000,5000)")


def sizes(text):
    return sorted(int(size) for size in text.split(","))


def measure(options, left_out, say):
    results = OrderedDict()
    with running(options, left_out, say) as field:
        for size in options.sizes:
            say("fanout: %d sockets" % size)
            reached = field.each(lambda each: open_up_to(each, size))
            turns = field.rounds(
                lambda each, turn: each.broadcast([GROUP], text(size, turn)),
                options.warmup, options.rounds)
            results[str(size)] = {name: summary(size, reached[name], turns[name])
                                  for name in turns if turns[name]}
    return results


def open_up_to(contestant, size):
    have = getattr(contestant, "sockets", 0)
    answer = contestant.open(["/group/%s/" % GROUP] * (size - have))
    contestant.sockets = size
    contestant.settle()
    return answer


def text(size, turn):
    return '{"size": %d, "turn": %d, "padding": "%s"}' % (size, turn, PADDING)


def summary(size, opened, turns):
    """Latencies and the time blocked in seconds; `delivered` is a share of the size asked for."""
    return {
        "open": opened["open"],
        "failed": opened["failed"],
        "closed": opened["open"] - turns[-1]["open"],
        "delivered": [turn["received"] / size for turn in turns],
        "strays": sum(turn["strays"] for turn in turns),
        "latency": [turn["latency"] for turn in turns],
        "median_socket": [turn["median"] for turn in turns],
        "blocked": [turn["blocked"] for turn in turns],
    }


def tables(results):
    return [table(size, results[size]) for size in results]


def table(size, contestants):
    floor = latency(contestants, "floor")
    header = ["contestant", "open", "then closed", "delivered %", "worst", "strays",
              "half served ms", "last socket ms p50", "p99", "blocked ms p50", "p99",
              "last / floor"]
    rows = []
    for name, turn in contestants.items():
        rows.append([
            name, turn["open"], turn["closed"], percent(median(turn["delivered"])),
            percent(min(turn["delivered"])), turn["strays"],
        ] + [
            number(milliseconds(value)) for value in (
                median(turn["median_socket"]),
                median(turn["latency"]), percentile(turn["latency"], 99),
                median(turn["blocked"]), percentile(turn["blocked"], 99))
        ] + [number(ratio(median(turn["latency"]), floor))])
    return "One send to %s sockets" % size, header, rows


def latency(contestants, name):
    """Median time to the last socket; None if it wasn't measured or not everything arrived."""
    turn = contestants.get(name)
    if not turn or min(turn["delivered"]) < 1:
        return None
    return median(turn["latency"])


def checks(results):
    found = []
    if results:
        found.append(complete(results, max(results, key=int)))
    for size in set(results) & {"1000", "3000"}:
        found += against(size, results[size])
    if "3000" in results:
        found.append(blocked(results["3000"]))
    return sorted(found, key=lambda check: check.text)


def complete(results, size):
    turn = results[size].get("workshop")
    return everything("workshop delivers everything to %s sockets" % size,
                      turn and min(turn["delivered"]))


def against(size, contestants):
    ours = latency(contestants, "workshop")
    floor = ratio(ours, latency(contestants, "floor"))
    yield at_most("last of %s sockets, workshop / floor" % size, floor, 1.25)
    yield at_most("last of %s sockets, workshop / floor, the least that counts" % size, floor, 1.6)
    for name, bound in (("channels4", 2 if size == "1000" else 5),
                        ("channels4-pubsub", 1 if size == "1000" else 5)):
        yield slower_than_ours(size, contestants, name, ours, bound)


def slower_than_ours(size, contestants, name, ours, bound):
    """A peer that loses messages has no time to compare: that is said, and the rest is ours."""
    words = "last of %s sockets, %s / workshop" % (size, name)
    turn = contestants.get(name)
    if turn and ours and min(turn["delivered"]) < 1:
        measured = "%s delivered %s %% only; %s by the last that came (at least %s)" % (
            name, percent(min(turn["delivered"])),
            number(ratio(median(turn["latency"]), ours)), number(float(bound)))
        return Check(words, measured, (ratio(median(turn["latency"]), ours) or 0) >= bound)
    return at_least(words, ratio(latency(contestants, name), ours), float(bound))


def blocked(contestants):
    stock, ours = (contestants.get(name) for name in ("stock-raised", "workshop"))
    value = ratio(median(stock["blocked"]), median(ours["blocked"])) if stock and ours else None
    return at_least("sender blocked at 3000 sockets, stock-raised / workshop", value, 50)
