import time


class Clock:
    """
    The reactor's timers, with seconds that nobody can set: Twisted's own are those of time.time,
    and a step of the system's clock would make every deadline due, or none.
    """
    seconds = staticmethod(time.monotonic)

    def __init__(self, reactor):
        self.callLater = reactor.callLater
