"""
A daphne whose system clock is set back by two minutes when it gets SIGUSR1.
"""
import signal
import time


class SystemClock:
    behind = 0
    time = staticmethod(time.time)

    def __call__(self):
        return self.time() - self.behind

    def set_back(self, *signal_and_frame):
        self.behind += 120


if __name__ == "__main__":
    time.time = clock = SystemClock()  # before Twisted uses it
    signal.signal(signal.SIGUSR1, clock.set_back)
    from daphne.cli import CommandLineInterface
    CommandLineInterface.entrypoint()
