"""
What processes have counted, added up in Redis.

It is sent with the statistics (counter_report.py), so counting costs no command. A field of the
hash is JSON: a name, the values of its labels and, for a histogram, the bucket, or "sum" for the
total in microseconds.
"""
import bisect
import functools
import json

from ..metrics import BOUNDS, LONGEST
from . import keys

SUM = "sum"
BUCKETS = frozenset(range(len(BOUNDS) + 1)) | {SUM}


class Metrics:
    """See layers.metrics.NoMetrics."""

    def __init__(self, counters):
        self.counters = counters

    def count(self, metric, *labels, amount=1):
        self.counters.add((field(metric.name, *labels), amount))

    def observe(self, metric, *labels, seconds):
        buckets, total = histogram_fields(metric.name, *labels)
        self.counters.add((buckets[bisect.bisect_left(BOUNDS, seconds)], 1),
                          (total, round(seconds * 1e6)))


@functools.lru_cache(maxsize=4096)
def field(name, *labels):
    """The field of the hash."""
    return json.dumps([name] + [each[:LONGEST] if isinstance(each, str) else each
                                for each in labels])


@functools.lru_cache(maxsize=1024)  # there are several for each message
def histogram_fields(name, *labels):
    """The fields of a Histogram with these labels: ([those of its buckets], that of its total)."""
    return ([field(name, *labels, bucket) for bucket in range(len(BOUNDS) + 1)],
            field(name, *labels, SUM))


def fields(layer):
    """{field: amount} of everything that processes have reported. Raises RedisError."""
    return {each.decode("ascii", "replace"): int(amount) for each, amount in
            layer.connection(0).hgetall(keys.metrics(layer.prefix)).items()}


def read(layer):
    """`parse` of everything that processes have reported. Raises RedisError."""
    return parse(fields(layer))


def parse(amounts):
    """{name: {labels: amount}} of what `fields` returns, including fields of other versions."""
    found = {}
    for each, amount in amounts.items():
        try:
            name, *labels = json.loads(each)
        except ValueError:
            continue
        found.setdefault(name, {})[tuple(labels)] = amount
    return found


def counts(metric, found):
    """{labels: amount} of a Count, in what `read` has found."""
    return {labels: amount for labels, amount in found.get(metric.name, {}).items()
            if len(labels) == len(metric.labels)}


def histograms(metric, found):
    """
    {labels: ([count per bucket, and above the last of BOUNDS], total seconds)} of a Histogram, in
    what `read` has found.
    """
    known = {}
    for (*labels, bucket), amount in found.get(metric.name, {}).items():
        if len(labels) != len(metric.labels) or bucket not in BUCKETS:
            continue
        buckets, total = known.get(tuple(labels), ([0] * (len(BOUNDS) + 1), 0))
        if bucket == SUM:
            total = amount / 1e6
        else:
            buckets[bucket] = amount
        known[tuple(labels)] = buckets, total
    return known
