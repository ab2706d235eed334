"""
What goes on on a channel layer, in one look, for people: as JSON can hold it.
"""
import time

from channels_lts.layers.metrics import BOUNDS, CONSUMER, DROPPED, REFUSED, VIEW
from channels_lts.layers.redis import metrics
from channels_lts.layers.redis.memo import Memo
from channels_lts.layers.redis.statistics import picture, recent_groups, recently_seen_groups

from . import figures
from .histograms import growth, quantile

MOST = 10  # rows of what is slow, and of what was dropped or refused


class Overview:
    """
    Looks at a channel layer that keeps statistics, once in `look_seconds` for however many people
    who ask. When nobody has asked for `lifetime` seconds, nothing is left of it.
    """
    look_seconds = 4
    lifetime = 180
    turn_seconds = 60  # what is "recent" came since then, or in up to twice that
    most_samples = 150  # ten minutes, of somebody who looks all the time

    def __init__(self, layer, clock=time.time):
        self.layer = layer
        self.clock = clock
        self.shown = Memo(layer, "overview", self.look_seconds, self.lifetime, clock)
        self.turns = Memo(layer, "overview-turns", self.turn_seconds, self.lifetime, clock)

    def get(self):
        """
        A dict: what `picture` has; "at" and "since", the times of this look and of the one from
        which on "recent" counts (None: since the statistics began); "samples", the oldest first;
        "largest" groups; "consumers", "views", "dropped" and "refused"; "presence" and "delayed",
        numbers by name of figures.py. Raises RedisError.
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
        """(when, what was counted by then), of the last turn but one; (None, {}) at first."""
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
    """What the charts draw: what is there now, and sums that only grow."""
    pages = [buckets for buckets, _ in metrics.histograms(VIEW, counted).values()]
    return {
        "at": found["at"],
        "waiting": sum(each["pending"] for each in found["channels"]),
        "sent": sum(each["sent"] for each in found["channels"]),
        "dropped": sum(metrics.counts(DROPPED, counted).values()),
        "pages": [sum(each) for each in zip(*pages)] or [0] * (len(BOUNDS) + 1),
        "sockets": {each["name"]: each.get("sockets", 0) for each in found["interfaces"]},
    }
