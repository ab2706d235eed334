"""
The order in which the processes of a test run are given the files.
"""
import pytest
from xdist.scheduler import LoadFileScheduling

# Ordered by the time of their longest files, which have few tests: xdist would leave those to the
# end, when all but one process wait.
FOLDERS = (
    "tests/projects/", "tests/channels_lts/binding/triggers/", "tests/live/", "tests/scripts/",
    "tests/browser/", "tests/channels_lts/worker/", "tests/channels_lts/layers/",
    "tests/channels_lts/security/daphne/", "tests/benchmarks/",
)


class RealProcessesFirst(LoadFileScheduling):

    def _assign_work_unit(self, node):
        first = next((name for folder in FOLDERS for name in self.workqueue
                      if name.startswith(folder)), None)
        if first is not None:
            self.workqueue.move_to_end(first, last=False)
        super()._assign_work_unit(node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    if config.getvalue("dist") == "loadfile":
        return RealProcessesFirst(config, log)
