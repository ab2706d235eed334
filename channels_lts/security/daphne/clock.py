import time


class Clock:
    """
    The reactor's timers, with seconds that nobody can set: Twisted's own are those of time.time,
    and a step of the system's clock would make every deadline due, or none.
    """
    seconds = staticmethod(time.monotonic)

    def __init__(self, reactor):
        self.callLater = reactor.callLater


class SteadyTime:
    """
    An attribute that daphne sets to time.time(), to compare it with time.time() later: what it
    reads moves with the clock when somebody sets that.
    """

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner):
        if instance is None:
            return self
        if self.name not in vars(instance):  # daphne asks by hasattr whether a request has begun
            raise AttributeError(self.name)
        return time.time() - (time.monotonic() - vars(instance)[self.name])

    def __set__(self, instance, seconds):
        vars(instance)[self.name] = time.monotonic() - (time.time() - seconds)


class SteadySeconds:
    """time.time(), as it would be had nobody set the clock since this was made."""

    def __init__(self):
        self.start = time.time() - time.monotonic()

    def __call__(self):
        return self.start + time.monotonic()


def steady(reactor):
    """
    Has a reactor plan by a clock that nobody sets. Twisted's own timers stand still when the
    system's clock is set back, until it has caught up: daphne then answers nobody.
    """
    if not isinstance(reactor.seconds, SteadySeconds):
        reactor.seconds = SteadySeconds()
