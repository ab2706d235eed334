"""
Samples a running Python process with py-spy.
"""
import os
import shutil
import subprocess
import sys

from .processes import Process
from .stacks import parse, summary

RATE = 200  # samples a second
START_SECONDS = 20  # py-spy reads the symbols of the interpreter first


class Sampler(Process):
    """
    Watches a process for some seconds. Waiting isn't sampled, and C counts for the Python
    function that called it.
    """

    def __init__(self, name, pid, seconds, folder):
        self.seconds = seconds
        self.stacks = os.path.join(folder, name + ".stacks")
        super().__init__(name, [
            program(), "record", "--format", "raw", "--full-filenames", "--function",
            "--rate", str(RATE), "--duration", str(seconds), "--pid", str(pid),
            "--output", self.stacks,
        ], folder)

    def summary(self):
        """
        What stacks.summary makes of it, or {"missing": why there is nothing}: tracing another
        process takes root or its own user, and a system may forbid even that.
        """
        try:
            status = self.popen.wait(self.seconds + START_SECONDS)
        except subprocess.TimeoutExpired:
            status = "no end in time"
        if status or not os.path.exists(self.stacks):
            said = [line for line in self.tail().splitlines() if line.strip()]
            return {"missing": "py-spy can't sample (%s): %s" % (status, " ".join(said[:1]))}
        with open(self.stacks) as stacks:
            return summary(parse(stacks.read()))


def program():
    """The path of py-spy, beside this Python or on the PATH; None if it isn't installed."""
    return shutil.which("py-spy", path=os.pathsep.join(
        [os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)]))
