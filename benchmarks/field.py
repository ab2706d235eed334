"""
The contestants of one run, and the order in which they take turns.
"""
from contextlib import contextmanager

from .contestants import CONTESTANTS
from .jsonlines import Silence
from .processes import StartFailed


class Field:
    """
    Running contestants. If one fails, it drops out with its reason in `left_out`, and the others
    continue.
    """

    def __init__(self, contestants, left_out, say):
        self.contestants = contestants
        self.left_out = left_out
        self.say = say

    def each(self, action):
        """Calls `action(contestant)` for each; returns {name: result} of those that succeeded."""
        results = {}
        for contestant in list(self.contestants):
            try:
                results[contestant.name] = action(contestant)
            except (Silence, StartFailed, ProcessLookupError) as error:
                self._drop(contestant, error)
        return results

    def rounds(self, action, warmup, count):
        """
        Every contestant takes its turn in every round (A B C A B C …), so that the machine's noise
        affects all of them equally. Returns {name: [result of each round]} without the warm-up.
        """
        results = {contestant.name: [] for contestant in self.contestants}
        for number in range(warmup + count):
            for name, result in self.each(lambda each: action(each, number)).items():
                if number >= warmup:
                    results[name].append(result)
        return results

    def _drop(self, contestant, error):
        self.say("  %s drops out: %s" % (contestant.name, error))
        self.left_out[contestant.name] = str(error)
        self.contestants.remove(contestant)
        contestant.stop()


@contextmanager
def running(options, left_out, say, **start):
    """
    Starts the contestants that were asked for, as `Contestant.start(**start)` does; ends all
    their processes at the end.
    """
    contestants = []
    field = Field(contestants, left_out, say)
    try:
        for name in options.contestants:
            contestant = CONTESTANTS[name](options)
            reason = contestant.missing()
            if reason:
                say("  %s is left out: %s" % (name, reason))
                left_out[name] = reason
                continue
            contestants.append(contestant)
        field.each(lambda each: each.start(**start))
        yield field
    finally:
        for contestant in contestants:
            contestant.stop()
