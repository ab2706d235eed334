"""
A figure at several sizes: {"sizes": […], and for each of its columns [a number for each size]}.

The columns are those of a cost ("daphne", "worker" and "redis" in processor seconds, "commands" of
Redis), or "value" with its "unit".
"""
import math
from contextlib import contextmanager
from copy import copy

from ..field import running
from ..figures import median
from ..processes import StartFailed

COST = ("daphne", "worker", "redis", "commands")
PROCESSES = COST[:3]


def costs(sizes, found):
    """The series of what `cost` found at each size."""
    return dict({column: [each[column] for each in found] for column in COST}, sizes=list(sizes))


def values(sizes, found, unit):
    return {"sizes": list(sizes), "value": list(found), "unit": unit}


def processor(series):
    """The total seconds of all processes at each size; for anything but a cost, its value."""
    if "value" in series:
        return series["value"]
    return [sum(each) for each in zip(*(series[column] for column in PROCESSES))]


def exponent(sizes, numbers):
    """
    k, where the numbers grow as size^k: the slope of the straight line through their logarithms
    with the least squares. None where one of them isn't positive.
    """
    if min(numbers) <= 0:
        return None
    across, up = [[math.log(each) for each in line] for line in (sizes, numbers)]
    middle, height = sum(across) / len(across), sum(up) / len(up)
    return (sum((x - middle) * (y - height) for x, y in zip(across, up))
            / sum((x - middle) ** 2 for x in across))


def line(sizes, numbers):
    """(a, b) of numbers ≈ a + b · size, by the least squares of their relative errors."""
    weights = [1 / max(number, 1e-12) ** 2 for number in numbers]
    total = sum(weights)
    middle = sum(w * x for w, x in zip(weights, sizes)) / total
    height = sum(w * y for w, y in zip(weights, numbers)) / total
    spread = sum(w * (x - middle) ** 2 for w, x in zip(weights, sizes))
    slope = sum(w * (x - middle) * (y - height)
                for w, x, y in zip(weights, sizes, numbers)) / spread
    return height - slope * middle, slope


def cost(contestant, work, options, settle=True):
    """
    The median cost, over some turns, of one of the things that `work(contestant, seconds)` does;
    it returns how many there were. `settle`: whether there is an end of it to wait for.
    """
    work(contestant, options.growth_seconds / 4)  # the warm-up
    turns = [_turn(contestant, work, options.growth_seconds, settle)
             for _ in range(options.growth_turns)]
    return {column: median([turn[column] for turn in turns]) for column in COST}


def _turn(contestant, work, seconds, settle):
    if settle:
        contestant.settle()
    before = contestant.usage()
    done = work(contestant, seconds)
    if settle:
        contestant.settle()
    after = contestant.usage()
    if not done:
        raise StartFailed("%s: nothing was done" % contestant.name)
    return {column: (after[column] - before[column]) / done for column in COST}


@contextmanager
def ours(options, left_out, say, name="workshop-commands", **start):
    """The contestant with the whole engine, running; raises StartFailed."""
    options = copy(options)
    options.contestants = [name]
    with running(options, left_out, say, **start) as field:
        if not field.contestants:
            raise StartFailed("%s: %s" % (name, left_out.get(name)))
        yield field.contestants[0]
