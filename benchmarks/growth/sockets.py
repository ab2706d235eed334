"""
Sockets: the groups one of them is in, the members of a group, rooms, pings.
"""
from ..figures import median
from ..loads import repeated
from . import series

OPENED = "a socket, opened and closed"
ECHOED = "a frame, sent by a socket and answered by a consumer"
SENT = "a send to the group"
LAST = "its last socket served, ms"
DAPHNE_MEMORY = "memory of daphne, MB"
REDIS_MEMORY = "memory of Redis, MB"
PINGED = "a ping and its pong"
SOCKETS = 60  # whose groups are counted
CLIENTS = 32
TEXT = '{"padding": "%s"}' % ("x" * 120)  # about as long as a model binding's


def groups(options, left_out, say, sizes):
    opened, echoed = [], []
    with series.ours(options, left_out, say) as contestant:
        for size in sizes:
            paths = ["/groups/%d/of%d/" % (size, number) for number in range(SOCKETS)]
            opened.append(series.cost(contestant, coming_and_going(paths), options))
            contestant.open(paths)
            echoed.append(series.cost(contestant, echoes, options))
            close(contestant)
    return {OPENED: series.costs(sizes, opened), ECHOED: series.costs(sizes, echoed)}


def coming_and_going(paths):
    def work(contestant, seconds):
        return repeated(seconds, lambda turn: come_and_go(contestant, paths))
    return work


def come_and_go(contestant, paths):
    answer = contestant.open(paths, CLIENTS)
    close(contestant)
    return {"received": answer["opened"]}


def close(contestant):
    contestant.client.ask("close")
    contestant.settle(60)


def echoes(contestant, seconds):
    return repeated(seconds, lambda turn: contestant.client.ask(
        "converse", 120, members=1, window=CLIENTS, seconds=60, quiet=5, tag="t%d" % turn))


def members(options, left_out, say, sizes):
    sent, last, memory, data = [], [], [], []
    with series.ours(options, left_out, say) as contestant:
        for before, size in zip((0,) + tuple(sizes), sizes):
            contestant.open(["/group/everybody/"] * (size - before))
            contestant.settle()
            times = []
            sent.append(series.cost(contestant, sends(["everybody"], times), options))
            last.append(median(times) * 1e3)
            memory.append(contestant.servers[0].resident_bytes() / 1e6)
            data.append(contestant.redis.memory() / 1e6)
    return {SENT: series.costs(sizes, sent), LAST: series.values(sizes, last, "ms"),
            DAPHNE_MEMORY: series.values(sizes, memory, "MB"),
            REDIS_MEMORY: series.values(sizes, data, "MB")}


def sends(names, times):
    """Sends to the groups; when each has come to its last socket goes into `times`, in seconds."""
    def work(contestant, seconds):
        def send(turn):
            heard = contestant.broadcast(names, TEXT + str(turn))
            times.append(heard["latency"] or 0)
            return {"received": 1}
        return repeated(seconds, send)
    return work


def rooms(options, left_out, say, sizes):
    found = []
    with series.ours(options, left_out, say) as contestant:
        for before, size in zip((0,) + tuple(sizes), sizes):
            contestant.open(["/group/room%d/" % number for number in range(before, size)])
            found.append(series.cost(contestant, echoes, options))
    return {ECHOED: series.costs(sizes, found)}


def pings(options, left_out, say, sizes):
    found = []
    with series.ours(options, left_out, say, "pinging") as contestant:
        for before, size in zip((0,) + tuple(sizes), sizes):
            contestant.open(["/group/quiet/"] * (size - before))
            found.append(series.cost(contestant, listening, options, settle=False))
    return {PINGED: series.costs(sizes, found)}


def listening(contestant, seconds):
    # Each socket is pinged every 2 seconds.
    return contestant.client.ask("listen", 120, seconds=2 + 4 * seconds)["received"]
