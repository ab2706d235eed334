"""
Many people are present and nothing happens: what do their leases cost?
"""
import time
from contextlib import contextmanager

from .. import site
from ..figures import Check, at_most, number
from ..processes import cpu_seconds

LABELS = {"commands": "Redis commands a second"}


def arguments(parser):
    parser.add_argument("--presence-sockets", type=int, default=2000,
                        help="present people, one socket each (default 2000)")
    parser.add_argument("--presence-seconds", type=float, default=60,
                        help="how long to watch (default 60)")


def measure(options, left_out, say):
    sockets, seconds = options.presence_sockets, options.presence_seconds
    say("presence: %d sockets, twice %d seconds" % (sockets, seconds))
    with site.running(workers=1, OPEN_ACCESS="0") as (deployment, redis):
        processes = {"worker": deployment.workers[0].child.pid,
                     "daphne": deployment.daphne.child.pid, "redis": redis.pid}
        time.sleep(5)  # the start is over
        without = usage(processes, redis, seconds)
        with present(deployment, sockets):
            time.sleep(5)  # joins are told, counts are sent
            with_them = usage(processes, redis, seconds)
            there = people_at(deployment.redis)
    return {"sockets": sockets, "present": there, "without": without, "with": with_them}


def people_at(connection):
    """How many people the site's scope of presence holds."""
    return sum(connection.hlen(key) for key in connection.keys("*:presence:scope:site"))


@contextmanager
def present(deployment, count):
    """That many people, each with one window, in rooms of twenty; they answer daphne's pings."""
    from tests.live import chaos, people
    from tests.live.listener import Listener
    names = ["user%d" % number for number in range(count)]
    rooms = ["room%d" % number for number in range((count + 19) // 20)]
    people.open_rooms(deployment, rooms)
    listener = Listener()
    try:
        for place, browser in enumerate(people.browsers(deployment, names).values()):
            listener.add(chaos.connector(deployment, browser, rooms[place // 20])())
        yield
    finally:
        listener.stop()


def usage(processes, redis, seconds):
    """{name: processor time in percent of one processor, "commands": Redis's, for each second}"""
    before = {name: cpu_seconds(pid) for name, pid in processes.items()}
    commands = sum(redis.commands().values())
    started = time.monotonic()
    time.sleep(seconds)
    took = time.monotonic() - started
    found = {name: (cpu_seconds(pid) - before[name]) / took * 100
             for name, pid in processes.items()}
    found["commands"] = (sum(redis.commands().values()) - commands) / took
    return found


def tables(results):
    header = ["", "nobody present", "%d people present" % results["sockets"], "difference"]
    return [("The site: processor time in percent of one processor, Redis commands a second",
             header, [
                 [LABELS.get(name, name), number(results["without"][name]),
                  number(results["with"][name]),
                  number(results["with"][name] - results["without"][name])]
                 for name in results["with"]])]


def checks(results):
    cost = results["with"]["worker"] - results["without"]["worker"]
    return [Check("presence: people who still count at the end", str(results["present"]),
                  results["present"] == results["sockets"]),
            at_most("presence: %d sockets, percent of one worker" % results["sockets"],
                    cost, 3, " %")]
