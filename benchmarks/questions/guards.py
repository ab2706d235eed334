"""
The same project with the engine's guards, with their limits switched off, and without: what do
pages, uploads, logins and sockets cost?
"""
from collections import OrderedDict, namedtuple
from copy import copy

from ..field import Field, running
from ..figures import at_most, median, number, ratio
from ..loads import repeated

BARE, UNBOUNDED, GUARDED = "bare", "unbounded", "guarded"
PLAIN, ENCRYPTED = "plain-layer", "encrypted-layer"
OF_GUARDS, OF_LAYER = (BARE, UNBOUNDED, GUARDED), (PLAIN, ENCRYPTED)
CLIENTS = 16
SOCKETS = 200
TOKEN = "x" * 64  # what CsrfViewMiddleware takes for one
BOUNDARY = "frontier"

# `prepare(contestant)`; `work(contestant, seconds)` returns how many there were.
Load = namedtuple("Load", "name contestants prepare work")


def asking(path, clients=CLIENTS, **what):
    def work(contestant, seconds):
        answer = contestant.client.ask("pages", seconds + 60, port=contestant.ports[0], path=path,
                                       clients=clients, seconds=seconds, **what)
        if answer["errors"]:
            raise RuntimeError("%s: %d other answers" % (path, answer["errors"]))
        return answer["requests"]
    return work


def upload(size):
    """A form with a file, `size` bytes in all."""
    start = ('--{0}\r\nContent-Disposition: form-data; name="title"\r\n\r\nsky\r\n--{0}\r\n'
             'Content-Disposition: form-data; name="file"; filename="sky"\r\n'
             'Content-Type: text/plain\r\n\r\n').format(BOUNDARY)
    end = "\r\n--%s--\r\n" % BOUNDARY
    content = ("The sky is blue. " * size)[:size - len(start) - len(end)]
    return ["Content-Type: multipart/form-data; boundary=" + BOUNDARY], start + content + end


def log_in():
    """Without a cookie of an earlier one."""
    return (["Content-Type: application/x-www-form-urlencoded", "Cookie: csrftoken=" + TOKEN],
            "username=alice&password=wonderland&csrfmiddlewaretoken=" + TOKEN)


def nothing(contestant):
    pass


def opened(path):
    def prepare(contestant):
        contestant.open([path] * SOCKETS, CLIENTS, cookie=contestant.cookie)
        contestant.settle()
    return prepare


def echoes(contestant, seconds):
    return repeated(seconds, lambda turn: contestant.client.ask(
        "converse", 120, members=1, window=CLIENTS, seconds=60, quiet=5, tag="t%d" % turn))


def comings_and_goings(path):
    """Sockets that open, with a session, and close."""
    def work(contestant, seconds):
        return repeated(seconds, lambda turn: come_and_go(contestant, path))
    return work


def come_and_go(contestant, path):
    answer = contestant.open([path] * SOCKETS, CLIENTS, cookie=contestant.cookie)
    contestant.client.ask("close")
    contestant.settle()
    return {"received": answer["opened"]}


LOADS = (
    Load("a page", OF_GUARDS, nothing, asking("/?visitor=somebody")),
    Load("a POST of 1 KB", OF_GUARDS, nothing, asking("/upload/", form=upload(2 ** 10))),
    Load("a POST of 1 MB", OF_GUARDS, nothing,
         asking("/upload/", clients=4, form=upload(2 ** 20))),
    Load("a login", OF_GUARDS, nothing, asking("/login/", clients=4, form=log_in(), status="302")),
    Load("a socket with a session, opened and closed", OF_GUARDS, nothing,
         comings_and_goings("/as-user/")),
    Load("a frame, echoed", OF_GUARDS, opened("/echo/"), echoes),
    Load("a frame, echoed to its user", OF_GUARDS, opened("/echo-to-user/"), echoes),
    Load("a frame, echoed, on our layer", OF_LAYER, opened("/echo/"), echoes),
)


def arguments(parser):
    parser.add_argument("--guard-seconds", type=float, default=3,
                        help="length of one turn (default 3)")


def measure(options, left_out, say):
    options = copy(options)
    options.contestants = OF_GUARDS + OF_LAYER
    results = OrderedDict()
    with running(options, left_out, say) as field:
        for load in LOADS:
            say("guards: %s" % load.name)
            results[load.name] = rounds(field, load, options)
    return results


def rounds(field, load, options):
    """{contestant: {process: [CPU seconds of one, in each turn]}}; "all": of both."""
    chosen = Field([each for each in field.contestants if each.name in load.contestants],
                   field.left_out, field.say)
    chosen.each(load.prepare)
    turns = chosen.rounds(lambda each, turn: cost(each, load.work, options.guard_seconds),
                          options.warmup, options.rounds)
    chosen.each(lambda each: each.client.ask("close"))
    chosen.each(lambda each: each.settle())
    return {name: {key: [turn[key] for turn in costs] for key in costs[0]}
            for name, costs in turns.items() if costs}


def cost(contestant, work, seconds):
    before = contestant.usage()
    done = work(contestant, seconds)
    after = contestant.usage()
    if not done:
        raise RuntimeError("%s: nothing was done" % contestant.name)
    daphne, worker = ((after[key] - before[key]) / done for key in ("daphne", "worker"))
    return {"daphne": daphne, "worker": worker, "all": daphne + worker}


def tables(results):
    return [
        ("What the guards cost: daphne's and the worker's processor time, µs; the ratios of each "
         "round, median (least to most)",
         ["", "without", "limits None", "with", "limits None / without", "with / without"],
         [[load.name] + [costs(results[load.name], name) for name in OF_GUARDS]
          + [ratios(results[load.name], name, BARE) for name in (UNBOUNDED, GUARDED)]
          for load in LOADS if load.contestants is OF_GUARDS and load.name in results]),
        ("What encryption costs", ["", "plain", "encrypted", "encrypted / plain"],
         [[load.name] + [costs(results[load.name], name) for name in OF_LAYER]
          + [ratios(results[load.name], ENCRYPTED, PLAIN)]
          for load in LOADS if load.contestants is OF_LAYER and load.name in results]),
    ]


def costs(result, name):
    """daphne's + the worker's."""
    turns = result.get(name)
    return "–" if turns is None else " + ".join(
        number(median(turns[key]) * 1e6) for key in ("daphne", "worker"))


def in_rounds(result, name, base):
    """The ratios of each round to that of another contestant, in order of size."""
    if name not in result or base not in result:
        return []
    return sorted(ratio(*pair) for pair in zip(result[name]["all"], result[base]["all"]))


def ratios(result, name, base):
    found = in_rounds(result, name, base)
    return "%s (%s–%s)" % tuple(number(value) for value in (
        median(found), found[0], found[-1])) if found else "–"


def checks(results):
    return [at_most("%s, processor time with all guards / without" % load,
                    median(in_rounds(results.get(load, {}), GUARDED, BARE)), most)
            for load, most in (("a page", 1.2), ("a frame, echoed", 1.2))]
