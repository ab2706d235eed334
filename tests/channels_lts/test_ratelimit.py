"""
How often something may be done, by any clock.
"""
import math

import hypothesis.strategies as st
import pytest
from django.core.cache import cache
from hypothesis import given

from channels_lts import ratelimit

MOST, SECONDS = 3, 10


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 1000.0

        def __call__(self):
            return self.now
    monkeypatch.setattr(ratelimit, "time", Clock())
    return ratelimit.time


def waits(most=MOST, seconds=SECONDS):
    """0 for a use that passed, or the seconds until the next may."""
    try:
        ratelimit.consume("tests", most, seconds)
        return 0
    except ratelimit.RateLimited as error:
        return error.retry_after


def test_a_process_whose_clock_is_ahead_keeps_nobody_away_for_longer(clock):
    cache.clear()
    clock.now += 25 * 3600
    assert [waits() for _ in range(MOST)] == [0] * MOST
    clock.now -= 25 * 3600
    assert waits() == SECONDS


@pytest.fixture
def attempts(clock):
    """Tries after each of some pauses; returns when a try passed, and (when, wait) of the rest."""
    def play(pauses):
        cache.clear()
        passed, refused = [], []
        for pause in pauses:
            clock.now += pause
            wait = waits()
            refused.append((clock.now, wait)) if wait else passed.append(clock.now)
        return passed, refused
    yield play
    cache.clear()


PAUSES = st.lists(st.sampled_from([0, 0.25, 1, 3, 9.75, 10, 25]), max_size=60)


def test_no_more_than_the_limit_pass_within_any_time_of_its_length(attempts):
    @given(PAUSES)
    def check(pauses):
        passed, _ = attempts(pauses)
        for start in passed:
            assert sum(start <= each < start + SECONDS for each in passed) <= MOST
    check()


def test_who_is_refused_has_used_the_limit_up_and_hears_when_to_come_back(attempts):
    @given(PAUSES)
    def check(pauses):
        passed, refused = attempts(pauses)
        for now, wait in refused:
            recent = [each for each in passed if now - SECONDS < each <= now]
            assert len(recent) == MOST
            assert wait == math.ceil(recent[0] + SECONDS - now)
    check()


def test_a_border_between_two_windows_lets_no_more_pass(attempts, clock):
    clock.now = 1009.9
    assert len(attempts([0] * MOST + [0.2] * 20)[0]) == MOST


def test_what_is_taken_back_was_never_counted(clock):
    for _ in range(3 * MOST):
        ratelimit.release(ratelimit.consume("tests", MOST, SECONDS))
    assert [waits() for _ in range(MOST + 1)] == [0] * MOST + [SECONDS]
    cache.clear()


def test_a_limit_of_none_lets_nobody_pass(clock):
    assert waits(most=0) == SECONDS


class CountingCache:
    """The cache, and how many keys it was asked for."""

    def __init__(self):
        self.asked = 0

    def add(self, key, *args):
        self.asked += 1
        return cache.add(key, *args)

    def get_many(self, keys):
        self.asked += len(keys)
        return cache.get_many(keys)


def use(what="tests"):
    """Whether it may be done."""
    try:
        ratelimit.use(what, MOST, SECONDS)
    except ratelimit.RateLimited:
        return False
    return True


def test_who_is_refused_again_and_again_is_asked_about_once(clock, monkeypatch):
    cache.clear()
    monkeypatch.setattr(ratelimit, "cache", CountingCache())
    assert [use() for _ in range(MOST + 1)] == [True] * MOST + [False]
    asked = ratelimit.cache.asked
    assert not any(use() for _ in range(100))
    assert ratelimit.cache.asked == asked
    assert use("others")
    clock.now += SECONDS
    cache.clear()  # its own clock isn't turned
    assert use()
    cache.clear()
