"""
How many frames a socket may send.
"""
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.task import Clock

from channels_lts.layers.redis import RedisChannelLayer
from channels_lts.layers.redis.daphne.frame_limit import FrameLimit

# Multiples of 1/64 s, which floats hold exactly.
pauses = st.lists(st.integers(0, 200).map(lambda steps: steps / 64), max_size=60)
rates, bursts = st.integers(1, 40), st.integers(1, 20)


class Socket:
    pass


def allowed(rate, burst, gaps):
    """Whether each frame of a socket may pass; they come with these gaps between them."""
    clock, socket = Clock(), Socket()
    limit = FrameLimit(clock, rate, burst)
    for gap in gaps:
        clock.advance(gap)
        yield limit.allows(socket)


@given(rate=rates, burst=bursts, gaps=pauses)
def test_a_socket_may_send_its_burst_and_its_rate_and_nothing_more(rate, burst, gaps):
    times = [Fraction(0)]
    for gap in gaps:
        times.append(times[-1] + Fraction(gap))
    expected = True
    for number, may_pass in enumerate(allowed(rate, burst, gaps), 1):
        # In no stretch of time that ends here more than the burst and what the rate adds.
        expected = expected and all(
            number - begun <= burst + (times[number] - times[begun + 1]) * rate
            for begun in range(number))
        assert may_pass == expected


@given(rate=rates, burst=bursts, number=st.integers(1, 300))
def test_who_keeps_to_the_rate_is_never_refused(rate, burst, number):
    assert all(allowed(rate, burst, [1 / rate + 1e-9] * number))


def test_one_socket_s_frames_are_not_another_s():
    limit = FrameLimit(Clock(), 1, 1)
    first, second = Socket(), Socket()
    assert [limit.allows(first), limit.allows(first), limit.allows(second)] == [True, False, True]
    assert limit.is_exceeded_by(first) and not limit.is_exceeded_by(second)


def test_without_a_rate_a_socket_may_send_as_much_as_it_likes():
    assert all(allowed(None, 1, [0] * 1000))


@pytest.mark.parametrize("name, value", [
    ("frame_rate", 0), ("frame_rate", -1), ("frame_burst", 0)])
def test_a_limit_that_lets_nothing_pass_is_refused(name, value):
    with pytest.raises(ValueError, match="%s .*%s" % (name, value)):
        RedisChannelLayer(**{name: value})
