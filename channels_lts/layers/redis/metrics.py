"""
What processes have counted, summed up in Redis.

It goes there with the statistics (counter_report.py), so counting costs no command. A field of the
hash is JSON: a name, the values of its labels and, of a histogram, the bucket, or "sum" for the
microseconds of all.
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
        bucket = bisect.bisect_left(BOUNDS, seconds)
        self.counters.add((field(metric.name, *labels, bucket), 1),
                          (field(metric.name, *labels, SUM), round(seconds * 1e6)))


@functools.lru_cache(maxsize=4096)
def field(name, *labels):
    """The field of the hash."""
    return json.dumps([name] + [each[:LONGEST] if isinstance(each, str) else each
                                for each in labels])


def fields(layer):
    """{field: amount} of all that processes have reported. Raises RedisError."""
    return {each.decode("ascii", "replace"): int(amount) for each, amount in
            layer.connection(0).hgetall(keys.metrics(layer.prefix)).items()}


def read(layer):
    """`parse` of all that processes have reported. Raises RedisError."""
    return parse(fields(layer))


def parse(amounts):
    """{name: {labels: amount}} of what `fields` has found, those of other versions among them."""
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
    {labels: ([how many in each bucket, and above the last of BOUNDS], seconds of all)} of a
    Histogram, in what `read` has found.
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
