"""
What the plan says, as docs/scale.md shows it.
"""
from collections import OrderedDict

from ..figures import number
from ..questions import growth
from ..report import markdown_table
from . import arithmetic, recorded
from .simulation import Simulation

SECONDS = 0.25  # played
NOISE = 1e-6  # seconds; what costs less was hardly measured
BLOCKED_SECONDS = 0.05  # for which one send may hold up all others at a Redis


def sections(results, load):
    """{name: markdown}"""
    costs, together = recorded.costs(results), load._replace(daphnes_of_room=1)
    return OrderedDict((
        ("costs", costs_table(costs)),
        ("carries", carries(costs)),
        ("growth", growth_table(results)),
        ("plan", plan_table(
            {"sockets anywhere": load, "a room at one daphne": together}, costs)),
        ("simulation", simulation_table(load, together, costs)),
    ))


def costs_table(costs):
    rows = (("a socket that connects, joins a group, and closes", costs.connect),
            ("a frame from a socket to a group of one, by a consumer", costs.frame),
            ("one more member of that group", costs.member),
            ("one more daphne that they are at", costs.bundle),
            ("a small page, no database", costs.page),
            ("a ping and its pong, every 20 s of each socket", costs.ping))
    return markdown_table(
        ["µs of one processor", "daphne", "a worker", "Redis", "Redis commands"],
        [[name] + [number(getattr(cost, column) * 1e6) for column in ("daphne", "worker", "redis")]
         + [number(cost.commands)] for name, cost in rows])


def carries(costs):
    """What one process of each kind does, when it does nothing else."""
    def most(cost):
        return [number(round(1 / seconds, -1)) if seconds > NOISE else "–"
                for seconds in (cost.daphne, cost.worker, cost.redis)]
    rows = [["connects a second"] + most(costs.connect),
            ["frames a second, to a group of one"] + most(costs.frame),
            ["deliveries a second, of large groups"] + most(costs.member),
            ["pages a second"] + most(costs.page),
            ["open sockets whose pings take half its time",
             number(round(0.5 * arithmetic.PING_SECONDS / costs.ping.daphne, -2)), "–", "–"],
            ["memory of a socket, KB", number(costs.daphne_bytes / 1e3), "0",
             number(costs.redis_bytes / 1e3)],
            ["members of a group until a send blocks it for 50 ms", "–", "–",
             number(round(BLOCKED_SECONDS / costs.member.redis, -3))]]
    return markdown_table(["one processor each", "daphne", "a worker", "Redis"], rows)


def growth_table(results):
    return markdown_table(
        ["with", "costs", "", "at", "", "exponent", "of its work"],
        [[name, figure, unit, " / ".join(map(str, sizes)),
          " / ".join(number(float(each)) for each in numbers), growth.power(sizes, numbers), work]
         for name, figure, unit, sizes, numbers, work in growth.lines(results)])


def plan_table(loads, costs):
    """A column for each of {words: Load}."""
    columns = [plan_rows(load, costs, arithmetic.plan(load, costs)) for load in loads.values()]
    return markdown_table(["", "how"] + list(loads), [
        [name, how] + [shown(column[place][2]) for column in columns]
        for place, (name, how, _) in enumerate(columns[0])])


def shown(value):
    return "{:,}".format(round(value)) if value >= 100 else number(value)


def plan_rows(load, costs, planned):
    """(what, how it is reckoned, the number)"""
    bits = arithmetic.bandwidth(load, planned.daphnes)
    memory = costs.empty_bytes + load.sockets / planned.daphnes * costs.daphne_bytes
    return [
        ("frames from sockets, a second", "sockets × frames a minute / 60", load.frames),
        ("deliveries a second", "frames × members", load.frames * load.room),
        ("daphnes that a room is spread over", "D × (1 − (1 − 1/D)^members)",
         load.bundles(planned.daphnes)),
        ("connects a second", "sockets / minutes / 60", load.connects),
        ("pages a second", "sockets × pages an hour / 3600", load.pages),
        ("pings a second", "sockets / 20", load.pings),
        ("processors of daphnes", "rates × costs", planned.used["daphne"]),
        ("processors of workers", "rates × costs", planned.used["worker"]),
        ("processors of Redis", "rates × costs", planned.used["redis"]),
        ("**daphnes**", "processors / %s" % number(load.busy), planned.daphnes),
        ("**workers**", "the same", planned.workers),
        ("**shards**", "the same", planned.shards),
        ("sockets of one daphne", "sockets / daphnes", load.sockets / planned.daphnes),
        ("memory of one daphne, MB", "empty + sockets × bytes", memory / 1e6),
        ("memory of one shard for the groups, MB", "sockets × bytes / shards",
         load.sockets * costs.redis_bytes / planned.shards / 1e6),
        ("connections to one shard", "of each daphne and worker",
         arithmetic.connections(planned, costs)),
        ("Redis commands a second, all shards", "rates × commands, and idle ones",
         planned.commands),
        ("of one shard", "/ shards", planned.commands / planned.shards),
        ("to browsers, Mbit/s", "deliveries × (text + %d) × 8" % arithmetic.FRAME_BYTES,
         bits["browsers"] / 1e6),
        ("from Redis to daphnes, Mbit/s", "bundles × (text + %d) × 8" % arithmetic.BUNDLE_BYTES,
         bits["redis"] / 1e6),
    ]


def simulation_table(load, together, costs):
    planned = arithmetic.plan(load, costs)
    storm = load.sockets / planned.daphnes / load.spread
    runs = (
        ("as planned", load, planned, 0),
        ("a room at one daphne, as planned", together, arithmetic.plan(together, costs), 0),
        ("the sockets of one daphne come back in %d s" % load.spread, load, planned, storm),
        ("a third of the shards", load, planned._replace(shards=max(1, planned.shards // 3)), 0),
        ("a third of the workers", load,
         planned._replace(workers=max(1, planned.workers // 3)), 0),
    )
    return markdown_table(
        ["", "daphnes busy %, the busiest", "shards", "workers", "a frame to all of its room, ms",
         "99 of 100"],
        [[words] + run(Simulation(of, costs, each, SECONDS, coming_back=back).run())
         for words, of, each, back in runs])


def run(outcome):
    def share(name):
        return "%d, %d" % tuple(round(each * 100) for each in outcome.busy[name])
    return [share("daphne"), share("redis"), str(round(outcome.busy["worker"][0] * 100))] + [
        number(each * 1e3) for each in outcome.delays]
