"""
A page and a frame with the engine's guards and without: what do the guards cost?
"""
from collections import OrderedDict
from copy import copy

from ..field import running
from ..figures import at_most, median, milliseconds, number, ratio
from ..loads import frames, open_talkers
from .page import ask
from .profile import spent

BARE, GUARDED = "stock-twisted", "guarded"  # without its 50 ms of polling
COMPARED = [BARE, "guarded-daphne", "guarded-worker", GUARDED]
MEASURED = ("p50", "daphne", "worker")


def arguments(parser):
    parser.add_argument("--guard-seconds", type=float, default=3,
                        help="length of one turn (default 3)")


def measure(options, left_out, say):
    options = copy(options)
    options.contestants = COMPARED
    results = OrderedDict()
    with running(options, left_out, say) as field:
        say("guards: a page")
        results["page"] = rounds(field, page, options)
        say("guards: a frame")
        field.each(lambda each: open_talkers(each, options))
        results["frame"] = rounds(field, frame, options)
    return results


def rounds(field, work, options):
    """{contestant: {what: [of one page or frame, in each turn]}}, in seconds."""
    turns = field.rounds(lambda each, turn: cost(each, work, options.guard_seconds),
                         1, options.rounds)
    return {name: {key: [turn.get(key) for turn in costs] for key in MEASURED}
            for name, costs in turns.items() if costs}


def cost(contestant, work, seconds):
    before = spent(contestant)
    done, p50 = work(contestant, seconds)
    after = spent(contestant)
    return {"p50": p50, "daphne": ratio(after["daphne"] - before["daphne"], done),
            "worker": ratio(after["worker"] - before["worker"], done)}


def page(contestant, seconds):
    """One client, which asks for the next when it has its answer: (pages, seconds of one)."""
    turn = ask(contestant, 1, seconds)
    return turn["requests"], turn["p50"]


def frame(contestant, seconds):
    return frames(contestant, seconds), None


def tables(results):
    header = ["contestant", "ms p50", "daphne µs", "worker µs",
              "p50 / bare", "daphne / bare", "worker / bare"]
    return [("What the guards cost a %s" % what, header, [
        [name, number(milliseconds(median(turns["p50"]))),
         number(microseconds(turns["daphne"])), number(microseconds(turns["worker"]))]
        + [number(to_bare(costs, name, key)) for key in MEASURED]
        for name, turns in costs.items()])
        for what, costs in results.items()]


def microseconds(turns):
    value = median(turns)
    return None if value is None else value * 1e6


def to_bare(costs, name, key):
    if BARE not in costs or name not in costs:
        return None
    return ratio(median(costs[name][key]), median(costs[BARE][key]))


def checks(results):
    return [
        at_most("a serial page, latency with all guards / without",
                to_bare(results.get("page", {}), GUARDED, "p50"), 1.2),
    ]
