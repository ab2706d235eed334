"""
What does a foreign project gain with each step of docs/projects.md?
"""
import statistics
import tempfile
import time
from contextlib import ExitStack

import requests

from ..figures import Check, number
from ..redis_server import RedisServer

STEPS = "stock", "layer", "commands"
PAGES = 100


def measure(options, left_out, say):
    """Rounds of all steps in turn, on the live blog of tests/projects."""
    from tests.projects import environment, foreign, scenarios
    environment.wheel()
    rounds = max(1, options.rounds // 2)
    say("steps: %d rounds, each of %s" % (rounds, ", ".join(STEPS)))
    found = {step: [] for step in STEPS}
    for _ in range(rounds):
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmarks-"))
            server = RedisServer("redis", folder)
            stack.callback(server.stop)
            server.wait_for(server.answers, 10)
            project = foreign.Foreign("liveblog", folder, server.url, ("default", "blog"))
            stack.callback(project.stop)
            project.make(scenarios.LIVEBLOG_ROWS)
            for step in STEPS:
                project.take(step)
                found[step].append(turn(project))
    return {step: {name: [each[name] for each in turns] for name in turns[0]}
            for step, turns in found.items()}


def turn(project):
    from tests.projects import figures
    commands = figures.commands_when_idle(project) / figures.IDLE_SECONDS
    page = statistics.median(page_times(project))
    lost, seconds = figures.saved(project)
    return {"page_ms": page * 1000, "save_ms": seconds * 1000,
            "lost": lost / (figures.SOCKETS * figures.SAVES), "commands": commands}


def page_times(project):
    with requests.Session() as session:
        for _ in range(PAGES):
            started = time.perf_counter()
            assert session.get(project.url + "/").status_code == 200
            yield time.perf_counter() - started


def tables(results):
    rows = [("page_ms", "a page, one request after the other, ms"),
            ("save_ms", "a save while 500 sockets listen, ms"),
            ("lost", "frames lost when 10 saves go to 500 sockets, %"),
            ("commands", "Redis commands a second when idle")]
    return [("The live blog of tests/projects, median (least to most)", [""] + list(results), [
        [title] + [summary(results[step][name], 100 if name == "lost" else 1) for step in results]
        for name, title in rows])]


def summary(values, factor):
    values = [value * factor for value in values]
    return "%s (%s to %s)" % tuple(
        map(number, (statistics.median(values), min(values), max(values))))


def checks(results):
    return [Check("steps: nothing is lost with the %s" % step,
                  "%s %%" % number(max(results[step]["lost"]) * 100),
                  max(results[step]["lost"]) == 0) for step in ("layer", "commands")]
