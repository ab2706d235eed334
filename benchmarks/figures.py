"""
Medians, percentiles and ratios, and the checks made of them.
"""
from collections import namedtuple


def percentile(values, rank):
    """
    The `rank`-th percentile (0 to 100), linear between the two nearest values. None values are
    ignored; None without values. With few values a high rank is close to the worst.
    """
    ordered = sorted(value for value in values if value is not None)
    if not ordered:
        return None
    place = (len(ordered) - 1) * rank / 100
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def median(values):
    return percentile(values, 50)


def ratio(above, below):
    """above / below; None if one of them wasn't measured, or the divisor is zero."""
    if above is None or not below:
        return None
    return above / below


class Check(namedtuple("Check", "text measured met")):
    """
    One demand with the number measured for it.

    `measured` is the text to show; `met` is True, False, or None where something is missing.
    """


def everything(text, share):
    """The check that a share is 1."""
    if share is None:
        return Check(text, "not measured", None)
    return Check(text, "%s %%" % percent(share), share >= 1)


def at_most(text, value, bound, unit=""):
    """The check that `value` is no more than `bound`."""
    return _check(text, value, "at most", bound, unit, value is not None and value <= bound)


def at_least(text, value, bound, unit=""):
    """The check that `value` is no less than `bound`."""
    return _check(text, value, "at least", bound, unit, value is not None and value >= bound)


def _check(text, value, words, bound, unit, met):
    if value is None:
        return Check(text, "not measured", None)
    return Check(text, "%s%s (%s %s%s)" % (number(value), unit, words, number(bound), unit), met)


def number(value):
    """`value` with about three digits that matter; a dash for what was not measured."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if isinstance(value, int) or abs(value) >= 100:
        return "%d" % round(value)
    return "%.1f" % value if abs(value) >= 10 else "%.2f" % value


def percent(share):
    """A share of 1 in percent, rounded down: 100 means all."""
    tenths = int(share * 1000)
    return "100" if share >= 1 else "%d.%d" % divmod(tenths, 10)


def milliseconds(seconds):
    return None if seconds is None else seconds * 1000
