"""
What grows with what? Groups, members, rooms, long polls, rows, processes, at three sizes each.
"""
from collections import OrderedDict

from ..figures import Check, number
from ..growth import DIMENSIONS, series
from ..jsonlines import Silence
from ..processes import StartFailed

TOLERANCE = 0.15  # what the noise of a machine may add to an exponent


def arguments(parser):
    parser.add_argument("--growth-of", type=dimensions, default=list(DIMENSIONS),
                        help="comma separated, of: %s (default: all)" % ", ".join(DIMENSIONS))
    parser.add_argument("--growth-seconds", type=float, default=1,
                        help="length of one turn (default 1)")
    parser.add_argument("--growth-turns", type=int, default=3,
                        help="turns whose median counts (default 3)")


def dimensions(text):
    return [name for name in DIMENSIONS if name in text.split(",")]


def measure(options, left_out, say):
    results = OrderedDict()
    for name in options.growth_of:
        dimension = DIMENSIONS[name]
        say("growth: %s, %s" % (name, ", ".join(map(str, dimension.sizes))))
        try:
            results[name] = dimension.measure(options, left_out, say, dimension.sizes)
        except (Silence, StartFailed) as error:
            left_out["growth with " + name] = str(error)
    return results


def lines(results):
    """(dimension, figure, its unit, sizes, numbers, the work's own exponent) of all that grows."""
    for name, figures in results.items():
        for figure, found in figures.items():
            work = DIMENSIONS[name].work[figure]
            for unit, numbers in columns(found):
                yield name, figure, unit, found["sizes"], numbers, work


def columns(found):
    if "value" in found:
        return [(found["unit"], found["value"])]
    return [("CPU µs", [seconds * 1e6 for seconds in series.processor(found)]),
            ("Redis commands", found["commands"])]


def tables(results):
    return [("%s: %s" % (name, ", ".join(map(str, DIMENSIONS[name].sizes))),
             ["", "unit"] + [str(size) for size in DIMENSIONS[name].sizes]
             + ["exponent", "of its work"],
             [[figure, unit] + [number(float(each)) for each in numbers]
              + [power(sizes, numbers), work]
              for of, figure, unit, sizes, numbers, work in lines(results) if of == name])
            for name in results]


def power(sizes, numbers):
    found = series.exponent(sizes, numbers)
    return "–" if found is None else "%.2f" % found


def checks(results):
    """Nothing grows faster than its work."""
    return [check("growth with %s: %s, %s" % (name, figure, unit), sizes, numbers, work)
            for name, figure, unit, sizes, numbers, work in lines(results)]


def check(text, sizes, numbers, work):
    found = series.exponent(sizes, numbers)
    if found is None:
        return Check(text, "nothing to compare", None)
    return Check(text, "%.2f (at most %.2f)" % (found, work + TOLERANCE),
                 found <= work + TOLERANCE)
