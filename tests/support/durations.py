"""
Where the time of a long run went, said at its end.
"""
from collections import Counter

SHOWN = 15
LONG = 60  # seconds below which nobody asks


class Durations:
    """A plugin of pytest: seconds by folder and by file, those of all processes added up."""

    def __init__(self):
        self.by_folder, self.by_file, self.tests = Counter(), Counter(), Counter()

    def pytest_runtest_logreport(self, report):
        file = report.nodeid.partition("::")[0]
        folder = file.rpartition("/")[0]
        self.by_folder[folder] += report.duration
        self.by_file[file] += report.duration
        if report.when == "call":
            self.tests.update((folder, file))

    def pytest_terminal_summary(self, terminalreporter):
        if sum(self.by_folder.values()) < LONG:
            return
        terminalreporter.section("where the time went: seconds, tests")
        for seconds in (self.by_folder, self.by_file):
            for place, spent in seconds.most_common(SHOWN):
                terminalreporter.write_line(
                    "%7.1f %5d  %s" % (spent, self.tests[place], place))
            terminalreporter.write_line("")
