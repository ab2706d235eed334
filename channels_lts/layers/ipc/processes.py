import math
import os
import time

from .segment import Segment


class Processes:
    """
    Which processes receive on process-local channels ("daphne.response.x!"), and which of them are
    gone: messages for their sockets will never be read.

    A process is gone if nothing was received on its channel for `lease` seconds and the host no
    longer has such a process. Silence alone isn't enough: a stopped process (SIGSTOP, a debugger)
    goes on later, with its sockets. Nor is the pid, which may have been reused. A channel that was
    never received on is unknown, and never gone.
    """
    size = 2 ** 18  # bytes; room for `most`
    lease = 10  # seconds
    most = 1000  # how many are remembered; a day of restarts has fewer

    def __init__(self, name, kept, clock=time.monotonic):
        """
        `kept`: seconds for which a gone process is remembered. As long as its sockets may be in a
        group: the next to sweep these may be the next start of the site.
        `clock`: the same for all processes.
        """
        self.segment = Segment(name, self.size)
        self.kept = kept
        self.clock = clock
        self.renewed = {}  # by this process

    def renew(self, channel):
        """Call it at each receive on a process-local channel; writes at most once a second."""
        now = self.clock()
        if now - self.renewed.get(channel, -math.inf) < 1:
            return
        self.renewed[channel] = now
        with self.segment.changing() as leases:
            leases[channel] = now, os.getpid()
            newest = sorted(leases, key=leases.get, reverse=True)
            for place, name in enumerate(newest):
                if place >= self.most or now - leases[name][0] > self.kept:
                    del leases[name]

    def gone(self):
        """The channels of gone processes."""
        now = self.clock()
        return {channel for channel, (at, pid) in self.segment.read().items()
                if now - at > self.lease and not is_running(pid)}


def is_running(pid):
    try:
        os.kill(pid, 0)
    except OSError:  # no such process, or another user's by now
        return False
    return True
