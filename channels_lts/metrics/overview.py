"""
An overview of a channel layer, for people: as JSON.
"""
import time

from channels_lts.layers.metrics import BOUNDS, CONSUMER, DROPPED, REFUSED, VIEW
from channels_lts.layers.redis import metrics
from channels_lts.layers.redis.memo import Memo
from channels_lts.layers.redis.statistics import picture, recent_groups, recently_seen_groups

from . import figures
from .histograms import growth, quantile

MOST = 10  # rows of slow items, and of dropped or refused ones


class Overview:
    """
    Reads a channel layer that keeps statistics, once every `look_seconds` however many people ask.
    If nobody has asked for `lifetime` seconds, nothing is left of it.
    """
    look_seconds = 4
    lifetime = 180
    turn_seconds = 60  # "recent" means since then, up to twice as long ago
    most_samples = 150  # ten minutes, for somebody watching all the time

    def __init__(self, layer, clock=time.time):
        self.layer = layer
        self.clock = clock
        self.shown = Memo(layer, "overview", self.look_seconds, self.lifetime, clock)
        self.turns = Memo(layer, "overview-turns", self.turn_seconds, self.lifetime, clock)

    def get(self):
        """
        A dict: what `picture` has; "at" and "since", the times of this snapshot and of the one
        from which "recent" counts (None: since the statistics began); "samples", oldest first;
        "largest" groups; "consumers", "views", "dropped" and "refused"; "presence" and "delayed",
        numbers by their name in figures.py. Raises RedisError.
        """
        return self.shown.get(self._look)

    def _look(self, old):
        now, counted = self.clock(), metrics.fields(self.layer)
        since, before = self._before(now, counted)
        found = picture(self.layer, figures.channels_of(self.layer), recent_groups)
        found.update(
            at=now, since=since, largest=recently_seen_groups(self.layer)["largest"],
            presence=numbers(figures.presence()), delayed=numbers(figures.delayed()))
        found.update(tables(metrics.parse(counted), metrics.parse(growth(counted, before))))
        sample = sample_of(found, metrics.parse(counted))
        found["samples"] = ((old or {}).get("samples", []) + [sample])[-self.most_samples:]
        return found

    def _before(self, now, counted):
        """(when, what was counted by then) at the last turn but one; (None, {}) at first."""
        turns = self.turns.get(lambda turns: (turns or [])[-1:] + [[now, counted]])
        since, before = turns[0]
        return (None, {}) if since == now else (since, before)


def numbers(found):
    """{name: number} of figures without labels."""
    return {name: samples[0][1] for name, _text, _labels, samples in found}


def tables(total, recent):
    return {
        "consumers": slowest(CONSUMER, recent),
        "views": slowest(VIEW, recent),
        "dropped": amounts(DROPPED, total, recent),
        "refused": amounts(REFUSED, total, recent),
    }


def slowest(metric, recent):
    """Rows of a Histogram: "labels", "count", and "mean" and "most" (of 95 in 100) in seconds."""
    rows = [{"labels": labels, "count": sum(buckets), "mean": total / sum(buckets),
             "most": quantile(.95, buckets)}
            for labels, (buckets, total) in metrics.histograms(metric, recent).items()
            if sum(buckets)]
    return sorted(rows, key=lambda row: (-row["most"], -row["mean"], row["labels"]))[:MOST]


def amounts(metric, total, recent):
    """Rows of a Count: "labels", "recent" and "total"."""
    recently = metrics.counts(metric, recent)
    rows = [{"labels": labels, "recent": recently.get(labels, 0), "total": amount}
            for labels, amount in metrics.counts(metric, total).items()]
    return sorted(rows, key=lambda row: (-row["recent"], -row["total"], row["labels"]))[:MOST]


def sample_of(found, counted):
    """What the charts draw: current values, and sums that only grow."""
    pages = [buckets for buckets, _ in metrics.histograms(VIEW, counted).values()]
    return {
        "at": found["at"],
        "waiting": sum(each["pending"] for each in found["channels"]),
        "sent": sum(each["sent"] for each in found["channels"]),
        "dropped": sum(metrics.counts(DROPPED, counted).values()),
        "pages": [sum(each) for each in zip(*pages)] or [0] * (len(BOUNDS) + 1),
        "sockets": {each["name"]: each.get("sockets", 0) for each in found["interfaces"]},
    }
