"""
Where do daphne and the worker spend their time, and how far is that from the floor?
"""
from collections import Counter, OrderedDict
from copy import copy

from .. import tracer
from ..field import running
from ..figures import median, number, ratio
from ..loads import LOADS
from ..owners import WAITING
from ..sampler import Sampler, program

COMPARED = ("floor", "stock-raised", "workshop")
SAMPLED = "workshop"
LEAST = 50  # samples of work; shares of fewer say nothing


def arguments(parser):
    parser.add_argument("--profile-seconds", type=float, default=3,
                        help="length of one turn of a load (default 3)")
    parser.add_argument("--sample-seconds", type=int, default=10,
                        help="how long py-spy watches each load (default 10)")
    parser.add_argument("--count-seconds", type=float, default=3,
                        help="how long cProfile counts each load (default 3)")
    parser.add_argument("--profile-sockets", type=int, default=3000,
                        help="sockets of the fan-out (default 3000)")


def measure(options, left_out, say):
    """CPU seconds of each load, the same loads under py-spy, and then under cProfile."""
    options = copy(options)
    options.contestants = [name for name in options.contestants if name in COMPARED]
    results = OrderedDict()
    with running(options, left_out, say) as field:
        for name, (prepare, work) in LOADS.items():
            say("profile: %s" % name)
            field.each(lambda each: prepare(each, options))
            turns = field.rounds(
                lambda each, turn: cost(each, work, options.profile_seconds), 1, options.rounds)
            results[name] = {"costs": summary(turns), "samples": sampled(field, work, options)}
            close(field)
    with running(options, left_out, say, wrap=tracer.wrap) as field:
        for name, (prepare, work) in LOADS.items():
            say("profile: %s, counted" % name)
            field.each(lambda each: prepare(each, options))
            results[name]["counts"] = field.each(lambda each: counted(each, work, options))
            close(field)
    return results


def close(field):
    field.each(lambda each: each.client.ask("close"))
    field.each(lambda each: each.settle(30))


def cost(contestant, work, seconds):
    """What was done, the CPU seconds that it took, and Redis's commands."""
    before = contestant.usage()
    done = work(contestant, seconds)
    after = contestant.usage()
    return dict({name: after[name] - before[name] for name in after}, done=done)


def summary(turns):
    """{contestant: {what: [how much for one page or frame, in each turn]}}; CPU in seconds."""
    return {name: {key: [ratio(turn[key], turn["done"]) for turn in costs]
                   for key in ("daphne", "worker", "redis", "commands")}
            for name, costs in turns.items() if any(turn["done"] for turn in costs)}


def sampled(field, work, options):
    """{process: what its stacks say}; empty without our contestant."""
    return field.each(lambda each: sample(each, work, options.sample_seconds)
                      if each.name == SAMPLED else {}).get(SAMPLED, {})


def sample(contestant, work, seconds):
    watched = OrderedDict((("daphne", contestant.servers[0]), ("worker", contestant.workers[0])))
    if program() is None:
        return {name: {"missing": "py-spy isn't installed (requirements-dev.txt)"}
                for name in watched}
    samplers = OrderedDict()
    try:
        for name, process in watched.items():
            samplers[name] = Sampler("py-spy-" + name, process.pid, seconds,
                                     contestant.folder.path)
        work(contestant, seconds + 1)  # it takes py-spy a moment to begin
        return OrderedDict((name, each.summary()) for name, each in samplers.items())
    finally:
        for each in samplers.values():
            each.stop()


def counted(contestant, work, options):
    """{process: what tracer.summary says of it}, and what was done meanwhile."""
    watched = OrderedDict((("daphne", contestant.servers[0]),))
    if contestant.workers:
        watched["worker"] = contestant.workers[0]
    for process in watched.values():
        tracer.begin(process)
    done = work(contestant, options.count_seconds)
    found = OrderedDict((name, tracer.summary(tracer.end(process)))
                        for name, process in watched.items())
    return dict(found, done=done)


def tables(results):
    found = [costs_table(name, result["costs"]) for name, result in results.items()]
    for process in ("daphne", "worker"):
        found += process_tables(process, results)
    found.append(calls_table(results))
    for process in ("daphne", "worker"):
        found += counts_tables(process, results)
    return found


def costs_table(load, costs):
    floor = median(costs.get("floor", {}).get("daphne", []))
    header = ["contestant", "daphne µs", "worker µs", "Redis µs", "Redis commands",
              "daphne / floor"]
    return "Processor time of %s" % load, header, [
        [name] + [number(median(turns[key]) * 1e6) for key in ("daphne", "worker", "redis")]
        + [number(median(turns["commands"])), number(ratio(median(turns["daphne"]), floor))]
        for name, turns in costs.items()]


def process_tables(process, results):
    """Where one process of ours was, for each load: by owner, and its ten busiest functions."""
    samples = OrderedDict((load, result["samples"][process])
                          for load, result in results.items() if process in result["samples"])
    missing = [each["missing"] for each in samples.values() if "missing" in each]
    if missing:
        yield "Where %s spends its time" % process, ["not measured"], [[missing[0]]]
        return
    samples = OrderedDict((load, each) for load, each in samples.items()
                          if working(each) >= LEAST)
    if samples:
        yield shares_table(process, samples)
    for load, sample in samples.items():
        yield top_table(process, load, sample)


def working(sample):
    return sample["samples"] - sample["waiting"]


def share(count, sample):
    return number(100 * count / working(sample))


def shares_table(process, samples):
    totals = sum((Counter(sample["owners"]) for sample in samples.values()), Counter())
    rows = [[owner] + [share(sample["owners"].get(owner, 0), sample)
                       for sample in samples.values()] for owner, _ in totals.most_common()]
    for words, key in (("all samples", "samples"), (WAITING + ", not in the shares", "waiting")):
        rows.append([words] + [sample[key] for sample in samples.values()])
    return ("Where %s spends its time: self time by owner, %%" % process,
            ["owner"] + list(samples), rows)


def top_table(process, load, sample):
    header = ["function", "owner", "itself %", "with what it calls %"]
    return "The busiest functions of %s: %s" % (process, load), header, [
        [function, owner] + [share(count, sample) for count in (own, within)]
        for function, owner, own, within in sample["top"]]


def calls_table(results):
    loads = [load for load, result in results.items() if result["counts"]]
    contestants = sorted({name for load in loads for name in results[load]["counts"]},
                         key=COMPARED.index)
    rows = [["%s: %s" % (name, process)] + [
        number(calls(results[load]["counts"].get(name), process)) for load in loads]
        for name in contestants for process in ("daphne", "worker")
        if any(process in results[load]["counts"].get(name, {}) for load in loads)]
    return "Calls of functions, Python's and C's, counted by cProfile", ["process"] + loads, rows


def calls(count, process):
    if not count or process not in count:
        return None
    return ratio(count[process]["calls"], count["done"])


def counts_tables(process, results):
    """
    Of our contestant, for each load: the functions of one process that took longest. One that has
    nothing to do with a load calls less than one for each page or frame.
    """
    for load, result in results.items():
        count = result["counts"].get(SAMPLED, {})
        if (calls(count, process) or 0) >= 1:
            yield counts_table(process, load, count[process], count["done"])


def counts_table(process, load, count, done):
    header = ["function", "owner", "calls", "itself %"]
    return "Counted by cProfile, of %s: %s" % (process, load), header, [
        [function, owner, number(ratio(amount, done)), number(100 * own / count["seconds"])]
        for function, owner, amount, own in count["top"]]


def checks(results):
    """Nothing is demanded: it says where to look."""
    return []
