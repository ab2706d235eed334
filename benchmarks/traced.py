"""
Runs a Python program as `python program …` or `python -m module …` does, to be watched by
cProfile: python -m benchmarks.traced FILE program|-m module …

SIGUSR1 begins to watch its main thread, SIGUSR2 ends that and writes FILE.
"""
import cProfile
import os
import runpy
import signal
import sys


class Watch:
    """One cProfile at a time, begun and ended by signals."""

    def __init__(self, path):
        self.path = path
        self.profile = None

    def begin(self, number, frame):
        self.profile = cProfile.Profile()
        self.profile.enable()

    def end(self, number, frame):
        self.profile.disable()
        self.profile.dump_stats(self.path + ".part")
        os.replace(self.path + ".part", self.path)  # whoever waits for it sees all of it


def main():
    path, program, *arguments = sys.argv[1:]
    watch = Watch(path)
    signal.signal(signal.SIGUSR1, watch.begin)
    signal.signal(signal.SIGUSR2, watch.end)
    if program == "-m":
        module, *arguments = arguments
        sys.argv = [module] + arguments
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    else:
        sys.argv = [program] + arguments
        runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    main()
