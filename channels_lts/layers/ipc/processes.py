import math
import os
import time

from .segment import Segment


class Processes:
    """
    Who receives on process-local channels ("daphne.response.x!"), and which of them are gone: what
    is for their sockets will never be read.

    A process is gone when nothing was received on its channel for `lease` seconds, and the host
    has no such process any more. Not for the silence alone: one that is stopped (SIGSTOP, a
    debugger) goes on afterwards, with its sockets. Not for the pid alone, which another may have
    got. Whose channel was never received on isn't known, and never gone.
    """
    size = 2 ** 18  # bytes; room for `most`
    lease = 10  # seconds
    most = 1000  # as many are known; a day of restarts has fewer

    def __init__(self, name, kept, clock=time.monotonic):
        """
        `kept`: seconds for which one that is gone is remembered. As long as its sockets may be in
        a group: what sweeps these may be the next start of the site.
        `clock`: the same for all processes.
        """
        self.segment = Segment(name, self.size)
        self.kept = kept
        self.clock = clock
        self.renewed = {}  # by this process

    def renew(self, channel):
        """To be called at each receive on a process-local channel; writes once a second."""
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
        """The channels of those that are gone."""
        now = self.clock()
        return {channel for channel, (at, pid) in self.segment.read().items()
                if now - at > self.lease and not is_running(pid)}


def is_running(pid):
    try:
        os.kill(pid, 0)
    except OSError:  # none, or by now another user's
        return False
    return True
