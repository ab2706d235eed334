import time


class Clock:
    """
    The reactor's timers, on a clock that can't be set: Twisted's own use time.time, and a step of
    the system clock would make every deadline due, or none.
    """
    seconds = staticmethod(time.monotonic)

    def __init__(self, reactor):
        self.callLater = reactor.callLater


class SteadyTime:
    """
    An attribute that daphne sets to time.time(), and later compares with time.time(): the value it
    reads moves with the clock when that is set.
    """

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner):
        if instance is None:
            return self
        if self.name not in vars(instance):  # daphne tests with hasattr whether a request has begun
            raise AttributeError(self.name)
        return time.time() - (time.monotonic() - vars(instance)[self.name])

    def __set__(self, instance, seconds):
        vars(instance)[self.name] = time.monotonic() - (time.time() - seconds)


class SteadySeconds:
    """time.time() as it would be if nobody had set the clock since this was created."""

    def __init__(self):
        self.start = time.time() - time.monotonic()

    def __call__(self):
        return self.start + time.monotonic()


def steady(reactor):
    """
    Makes a reactor schedule by a clock that can't be set. Twisted's own timers stop when the system
    clock is set back, until it has caught up: daphne then answers nobody.
    """
    if not isinstance(reactor.seconds, SteadySeconds):
        reactor.seconds = SteadySeconds()
