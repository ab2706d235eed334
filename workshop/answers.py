"""
Answers that are the same for everybody.
"""
from django.core.cache import cache
from django.utils.crypto import get_random_string

DAY = 24 * 3600


class SharedAnswer:
    """
    An answer that all processes compute together at most once in SECONDS, and after each change.

    Code that changes something calls `changed` once the change can be read, and before announcing
    it: requests made after the announcement then see the change. `compute` returns what JSON can
    hold.
    """

    SECONDS = 1

    def __init__(self, name, compute):
        self.name, self.compute = name, compute

    def get(self, *args):
        """What compute(*args) returns, or has returned."""
        key = self.key(*args)
        # Read first: a change meanwhile makes this answer one that nobody asks for.
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
