"""
The data for the admin's page of the layer: collected once for everybody, and dropped later.
"""
import time

import pytest
from channels import DEFAULT_CHANNEL_LAYER, channel_layers
from hypothesis import given
from hypothesis import strategies as st

from channels_lts.layers.metrics import BOUNDS, DROPPED
from channels_lts.layers.redis import keys
from channels_lts.metrics.histograms import growth, quantile
from channels_lts.metrics.overview import Overview

pytestmark = pytest.mark.django_db


def overview_of(clock):
    return Overview(channel_layers[DEFAULT_CHANNEL_LAYER], clock)


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_many_who_look_cost_one_look(layer, clock):
    overview = overview_of(clock)
    overview.get()
    layer.send("jobs", {})
    clock.now += 3.9
    before = layer.connection(0).info("stats")["total_commands_processed"]
    for _ in range(10):
        assert len(overview_of(clock).get()["samples"]) == 1
    after = layer.connection(0).info("stats")["total_commands_processed"]
    assert after - before == 10 + 1  # and INFO
    clock.now += 0.2
    assert len(overview.get()["samples"]) == 2


def test_one_process_looks_while_others_show_the_look_before(layer, clock):
    first, second = overview_of(clock), overview_of(clock)
    first.get()
    clock.now += 5
    seen = []

    def look(old):
        seen.append(second.get()["at"])
        return dict(old, at=clock.now)
    assert first.shown.get(look)["at"] == 1005
    assert seen == [1000]
    assert second.get()["at"] == 1005


def test_nothing_is_left_when_nobody_has_looked_for_a_while(layer):
    overview_of(time.time).get()
    server = layer.connection(0)
    kept = list(server.scan_iter(keys.memo(layer.prefix, "*")))
    assert kept and all(0 < server.ttl(each) <= Overview.lifetime for each in kept)


def test_recent_is_what_came_within_the_last_turn_or_two(layer, clock):
    def report(number):
        layer.metrics.count(DROPPED, "jobs", "it is full", amount=number)
        layer.report_statistics()

    def dropped():
        return [(each["recent"], each["total"])
                for each in overview_of(clock).get()["dropped"]]
    report(5)
    assert dropped() == [(5, 5)]
    report(2)
    clock.now += 30
    assert dropped() == [(2, 7)]
    report(1)
    clock.now += 31  # a turn is over
    assert dropped() == [(3, 8)]
    clock.now += 61
    assert dropped() == [(0, 8)]
    layer.connection(0).delete(keys.metrics(layer.prefix))
    report(4)
    clock.now += 5
    assert dropped() == [(4, 4)]


# What a histogram tells


@given(st.lists(st.integers(0, 50), min_size=len(BOUNDS) + 1, max_size=len(BOUNDS) + 1),
       st.floats(.01, 1))
def test_a_quantile_lies_in_the_bucket_of_its_rank(buckets, share):
    found = quantile(share, buckets)
    if not sum(buckets):
        assert found is None
        return
    lower = sum(amount for bound, amount in zip(BOUNDS, buckets) if bound < found)
    upto = sum(amount for low, amount in zip((0,) + BOUNDS, buckets) if low <= found)
    assert lower <= share * sum(buckets) + 1e-9
    assert upto >= share * sum(buckets) - 1e-9 or found == BOUNDS[-1]


def test_what_is_smaller_than_before_has_begun_anew():
    assert growth({"a": 5, "b": 2, "c": 1}, {"a": 3, "b": 7}) == {"a": 2, "b": 2, "c": 1}
