"""What a run reports about its time."""
from types import SimpleNamespace

from .durations import Durations


class Terminal:
    def __init__(self):
        self.lines = []

    def section(self, title):
        self.lines.append(title)

    write_line = section


def said(*reports):
    durations, terminal = Durations(), Terminal()
    for nodeid, when, duration in reports:
        durations.pytest_runtest_logreport(
            SimpleNamespace(nodeid=nodeid, when=when, duration=duration))
    durations.pytest_terminal_summary(terminal)
    return terminal.lines


def test_a_long_run_says_where_its_time_went_with_what_its_fixtures_took():
    assert said(
        ("tests/live/test_one.py::test_a", "setup", 70),
        ("tests/live/test_one.py::test_a", "call", 9),
        ("tests/live/test_two.py::test_b", "call", 1), ("tests/test_three.py::test_c", "call", 90),
    )[1:] == [
        "   90.0     1  tests", "   80.0     2  tests/live", "",
        "   90.0     1  tests/test_three.py", "   79.0     1  tests/live/test_one.py",
        "    1.0     1  tests/live/test_two.py", ""]


def test_a_short_one_says_nothing():
    assert said(("tests/live/test_one.py::test_a", "call", 9)) == []
