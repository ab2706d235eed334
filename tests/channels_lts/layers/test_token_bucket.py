"""
How many frames a socket may send.
"""
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_lts.layers.redis import RedisChannelLayer
from channels_lts.layers.redis.daphne.token_bucket import TokenBucket

# Multiples of 1/64 s, which floats hold exactly.
pauses = st.lists(st.integers(0, 200).map(lambda steps: steps / 64), max_size=60)
rates, bursts = st.integers(1, 40), st.integers(1, 20)


def passed(bucket, gaps):
    """(time, whether it may pass) of frames that come with these gaps between them."""
    now, found = 0, []
    for gap in gaps:
        now += gap
        found.append((now, bucket.take(now)))
    return found


@given(rate=rates, burst=bursts, gaps=pauses)
def test_a_socket_may_send_its_burst_and_its_rate_and_nothing_more(rate, burst, gaps):
    times = [Fraction(0)]
    for gap in gaps:
        times.append(times[-1] + Fraction(gap))
    expected = True
    for number, (_, may_pass) in enumerate(passed(TokenBucket(rate, burst, 0), gaps), 1):
        # In no stretch of time that ends here more than the burst and what the rate adds.
        expected = expected and all(
            number - begun <= burst + (times[number] - times[begun + 1]) * rate
            for begun in range(number))
        assert may_pass == expected


@given(rate=rates, burst=bursts, number=st.integers(1, 300))
def test_who_keeps_to_the_rate_is_never_refused(rate, burst, number):
    bucket = TokenBucket(rate, burst, 0)
    assert all(bucket.take(at / rate + 1e-9 * at) for at in range(number))


@pytest.mark.parametrize("name, value", [
    ("frame_rate", 0), ("frame_rate", -1), ("frame_burst", 0)])
def test_a_limit_that_lets_nothing_pass_is_refused(name, value):
    with pytest.raises(ValueError, match="%s .*%s" % (name, value)):
        RedisChannelLayer(**{name: value})
