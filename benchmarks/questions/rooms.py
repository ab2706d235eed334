"""
A thousand rooms of three sockets, on one daphne and on two with three workers: is anything lost?
"""
from collections import OrderedDict

from ..field import running
from ..figures import at_most, everything, median, milliseconds, number, percentile, ratio

MEMBERS = 3
TOPOLOGIES = OrderedDict((("1 server, 1 worker", (1, 1)), ("2 servers, 3 workers", (2, 3))))
WINDOW = 50  # rooms that wait for an answer at a time: less than stock's capacity of 100


def arguments(parser):
    parser.add_argument("--rooms", type=int, default=1000, help="number of rooms (default 1000)")


def measure(options, left_out, say):
    results = OrderedDict()
    for words, (servers, workers) in TOPOLOGIES.items():
        say("rooms: %d of %d, %s" % (options.rooms, MEMBERS, words))
        with running(options, left_out, say, servers=servers, workers=workers) as field:
            results[words] = topology(field, options)
    return results


def topology(field, options):
    names = ["room%d" % number for number in range(options.rooms)]
    paths = ["/group/%s/" % name for name in names for _ in range(MEMBERS)]
    opened = field.each(lambda each: enter(each, paths))
    bursts = field.rounds(
        lambda each, turn: each.broadcast(names, "burst %d" % turn),
        options.warmup, options.rounds)
    talks = field.rounds(lambda each, turn: talk(each, turn), options.warmup, options.rounds)
    return {
        name: {"open": opened[name]["open"], "expected": len(paths),
               "burst": burst(bursts[name]), "talk": talking(talks.get(name, []))}
        for name in bursts if bursts[name]
    }


def enter(contestant, paths):
    answer = contestant.open(paths)
    contestant.settle()
    return answer


def talk(contestant, turn):
    if not contestant.talks:
        return None
    contestant.settle()
    return contestant.client.ask("converse", 120, members=MEMBERS, window=WINDOW, seconds=60,
                                 quiet=5, tag="talk%d" % turn)


def burst(turns):
    return {
        "received": [turn["received"] for turn in turns],
        "strays": sum(turn["strays"] for turn in turns),
        "latency": [turn["latency"] for turn in turns],
        "blocked": [turn["blocked"] for turn in turns],
    }


def talking(turns):
    turns = [turn for turn in turns if turn]
    return {key: [turn[key] for turn in turns]
            for key in ("received", "strays", "seconds", "p50", "p99")}


def tables(results):
    return [table for words in results for table in (
        burst_table(words, results[words]), talk_table(words, results[words]))]


def burst_table(words, contestants):
    header = ["contestant", "open", "frames", "received (worst)", "strays",
              "all served ms p50", "p99", "blocked ms p50"]
    rows = []
    for name, result in contestants.items():
        turns = result["burst"]
        rows.append([name, result["open"], result["expected"], min(turns["received"]),
                     turns["strays"]] + [number(milliseconds(value)) for value in (
                         median(turns["latency"]), percentile(turns["latency"], 99),
                         median(turns["blocked"]))])
    return "A process sends to every room, one after another (%s)" % words, header, rows


def talk_table(words, contestants):
    header = ["contestant", "frames", "received (worst)", "strays", "all rooms ms p50",
              "one room ms p50", "p99"]
    rows = []
    for name, result in contestants.items():
        turns = result["talk"]
        if turns["seconds"]:
            rows.append([name, result["expected"], min(turns["received"]), sum(turns["strays"])] + [
                number(milliseconds(median(turns[key]))) for key in ("seconds", "p50", "p99")])
    title = "A socket in every room speaks, %d rooms at a time (%s)" % (WINDOW, words)
    return title, header, rows


def checks(results):
    found = []
    for words, contestants in results.items():
        for kind, key in (("burst", "latency"), ("talk", "seconds")):
            found += compare(words, contestants, kind, key)
    return found


def compare(words, contestants, kind, key):
    ours, stock = contestants.get("workshop"), contestants.get("stock-raised")
    share = min(ours[kind]["received"]) / ours["expected"] if ours else None
    yield everything("rooms, %s, %s: workshop delivers everything" % (words, kind), share)
    both = ours and stock and ratio(median(ours[kind][key]), median(stock[kind][key]))
    yield at_most("rooms, %s, %s: time of workshop / stock-raised" % (words, kind),
                  both or None, 1.0)
