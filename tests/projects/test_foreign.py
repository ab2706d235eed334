"""Projects that nobody here wrote for the engine see the same with it as without."""
import contextlib
import json
import os
import re
import sqlite3

import pytest

from . import foreign, scenarios
from .figures import Figures

PROJECTS = {
    "chat": (scenarios.chat, scenarios.CHAT_ROWS, ("default",)),
    "liveblog": (scenarios.liveblog, scenarios.LIVEBLOG_ROWS, ("default", "blog")),
    "databinding": (scenarios.databinding, scenarios.DATABINDING_ROWS, ("default",)),
}
MEASURED = {("liveblog", step) for step in (foreign.STOCK, foreign.LAYER)}


class Steps:
    """A project's record and figures on each step, of which each is taken once."""

    def __init__(self, name, project, scenario):
        self.name = name
        self.project = project
        self.scenario = scenario
        self.taken = {}

    def take(self, step):
        if step not in self.taken:
            self.project.take(step)
            record = self.scenario(self.project)
            self.taken[step] = record, (self.name, step) in MEASURED and Figures(self.project)
        return self.taken[step]

    def record(self, step):
        return self.take(step)[0]

    def figures(self, step):
        return self.take(step)[1]


@pytest.fixture(scope="module")
def steps(wheel, tmp_path_factory, redis_url):
    """The Steps of a project, by its name."""
    known = {}
    with contextlib.ExitStack() as stack:
        def of(name):
            if name not in known:
                scenario, rows, databases = PROJECTS[name]
                project = foreign.Foreign(
                    name, tmp_path_factory.mktemp(name), redis_url, databases)
                stack.callback(project.stop)
                known[name] = Steps(name, project, scenario)
                project.make(rows)
            return known[name]
        yield of


@pytest.mark.parametrize("name,step", [
    ("chat", foreign.LAYER),
    ("chat", foreign.COMMANDS),
    ("liveblog", foreign.LAYER),
    ("liveblog", foreign.COMMANDS),
    ("liveblog", foreign.CLASSES),
    ("databinding", foreign.LAYER),
    ("databinding", foreign.COMMANDS),
    ("databinding", foreign.CLASSES),
])
def test_visitors_see_the_same(steps, name, step):
    before = steps(name).record(foreign.STOCK)
    assert without_numbers(steps(name).record(step)) == before


def without_numbers(record):
    """Our bindings' frames have a number (docs/projects.md lists what differs)."""
    return json.loads(re.sub(r', \\"seq\\": \d+', "", json.dumps(record)))


def test_frames_of_our_bindings_are_numbered(steps):
    frames = steps("databinding").record(foreign.CLASSES)["alice"]
    numbers = [int(number) for number in re.findall(r'"seq": (\d+)', str(frames))]
    assert numbers == list(range(numbers[0], numbers[0] + len(frames)))


def test_the_databases_stay_as_the_project_has_them(steps):
    steps("databinding").record(foreign.COMMANDS)
    path = os.path.join(steps("databinding").project.data, "db.sqlite3")
    with contextlib.closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_nothing_is_lost_to_many_sockets_of_which_stock_loses(steps):
    assert steps("liveblog").figures(foreign.STOCK).lost > 0
    assert steps("liveblog").figures(foreign.LAYER).lost == 0


def test_an_idle_project_asks_redis_for_much_less(steps):
    stock = steps("liveblog").figures(foreign.STOCK).commands
    assert steps("liveblog").figures(foreign.LAYER).commands < stock / 4
