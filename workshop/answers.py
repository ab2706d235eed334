"""
Answers that are the same for whoever asks.
"""
from django.core.cache import cache
from django.utils.crypto import get_random_string

DAY = 24 * 3600


class SharedAnswer:
    """
    An answer that all processes compute together at most once in SECONDS, and after each change.

    Who changes something calls `changed` when it can be read, and before it tells anybody: what is
    asked after that telling is answered with the change in it. `compute` returns what JSON takes.
    """

    SECONDS = 1

    def __init__(self, name, compute):
        self.name, self.compute = name, compute

    def get(self, *args):
        """What compute(*args) returns, or has returned."""
        key = self.key(*args)
        # Read first: what changes meanwhile makes the answer one that nobody asks for.
        version = cache.get(key + ":version", "")
        answer = cache.get("%s:%s" % (key, version))
        if answer is None:
            answer = self.compute(*args)
            cache.set("%s:%s" % (key, version), answer, self.SECONDS)
        return answer

    def changed(self, *args):
        cache.set(self.key(*args) + ":version", get_random_string(8), DAY)

    def key(self, *args):
        return "answer:%s" % ":".join([self.name] + [str(arg) for arg in args])
