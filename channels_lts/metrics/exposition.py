"""
Prometheus's text format.
"""
import itertools

from channels_lts.extras import extra
from channels_lts.layers.metrics import ALL, BOUNDS, Histogram
from channels_lts.layers.redis import metrics

from .figures import figures

with extra("metrics"):
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

CONTENT_TYPE = CONTENT_TYPE_LATEST
PREFIX = "channels_lts_"


def text(layer):
    """All metrics of a channel layer that keeps statistics, as bytes. Raises RedisError."""
    registry = CollectorRegistry()
    registry.register(Collector(layer))
    return generate_latest(registry)


class Collector:
    """What prometheus_client collects from; each collection queries Redis."""

    def __init__(self, layer):
        self.layer = layer

    def describe(self):
        """Nothing: registering a collector mustn't query Redis."""
        return []

    def collect(self):
        """Yields prometheus_client's families. Raises RedisError."""
        for each in figures(self.layer):
            yield gauge(*each)
        counted = metrics.read(self.layer)
        for metric in ALL:
            make = histogram if isinstance(metric, Histogram) else counter
            yield make(metric, counted)
        yield from refused(counted)


def gauge(name, text, labels, samples):
    family = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
    found = family(PREFIX + name, text, labels=labels)
    for values, number in samples:
        found.add_metric(values, number)
    return found


def counter(metric, counted):
    found = CounterMetricFamily(PREFIX + metric.name, metric.text, labels=metric.labels)
    for values, amount in sorted(metrics.counts(metric, counted).items()):
        found.add_metric(values, amount)
    return found


def histogram(metric, counted):
    found = HistogramMetricFamily(
        PREFIX + metric.name + "_seconds", metric.text, labels=metric.labels)
    bounds = [str(float(each)) for each in BOUNDS] + ["+Inf"]
    for values, (buckets, total) in sorted(metrics.histograms(metric, counted).items()):
        found.add_metric(values, list(zip(bounds, itertools.accumulate(buckets))), total)
    return found


def refused(counted):
    """Counts without a place in Redis (lua/report.lua): a label has too many values."""
    found = CounterMetricFamily(PREFIX + "series_refused", "Counts for which there is no room.")
    found.add_metric([], counted.get("series_refused", {}).get((), 0))
    yield found
