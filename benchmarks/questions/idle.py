"""
Nothing happens and some sockets are open: what does that cost Redis and the processors?
"""
import time

from ..field import running
from ..figures import Check, number


def arguments(parser):
    parser.add_argument("--idle-seconds", type=float, default=30,
                        help="how long to watch (default 30)")
    parser.add_argument("--idle-sockets", type=int, default=100, help="open sockets (default 100)")


def measure(options, left_out, say):
    say("idle: %d sockets, %d seconds, all at the same time" % (
        options.idle_sockets, options.idle_seconds))
    with running(options, left_out, say) as field:
        field.each(lambda each: each.open(["/group/idle/"] * options.idle_sockets))
        time.sleep(2)
        before = field.each(reading)
        time.sleep(options.idle_seconds)
        after = field.each(reading)
    return {name: difference(before[name], after[name]) for name in after}


def reading(contestant):
    return {
        "at": time.monotonic(),
        "server": sum(server.cpu_seconds() for server in contestant.servers),
        "worker": sum(worker.cpu_seconds() for worker in contestant.workers),
        "commands": contestant.redis.commands(),
    }


def difference(before, after):
    """Commands a second by name, CPU seconds a minute."""
    took = after["at"] - before["at"]
    commands = {name: (count - before["commands"].get(name, 0)) / took
                for name, count in after["commands"].items()}
    return {
        "commands": {name: rate for name, rate in commands.items() if rate},
        "server": (after["server"] - before["server"]) / took * 60,
        "worker": (after["worker"] - before["worker"]) / took * 60,
    }


def tables(results):
    header = ["contestant", "Redis commands a second", "server CPU s a minute",
              "worker CPU s a minute", "which commands"]
    return [("Idle with open sockets", header, [
        [name, number(sum(result["commands"].values())), number(result["server"]),
         number(result["worker"]),
         ", ".join("%s %s" % (command, number(rate))
                   for command, rate in sorted(result["commands"].items()))]
        for name, result in results.items()])]


def checks(results):
    text = "idle: Redis commands a second of workshop (daphne and worker)"
    if "workshop" not in results:
        return [Check(text, "not measured", None)]
    rate = sum(results["workshop"]["commands"].values())
    return [Check(text, "%s (under 1)" % number(rate), rate < 1)]
