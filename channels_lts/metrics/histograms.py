"""
What a histogram shows: how many, how long, and the time that most of them stayed within.
"""
from channels_lts.layers.metrics import BOUNDS


def quantile(share, buckets):
    """
    The seconds that this share of observations took at most, as estimated by Prometheus's
    histogram_quantile; None if there were none. Above the last bound, that bound is returned.
    """
    left = share * sum(buckets)
    if not left:
        return None
    lower = 0
    for bound, amount in zip(BOUNDS, buckets):
        if amount and left <= amount:
            return lower + (bound - lower) * left / amount
        left -= amount
        lower = bound
    return BOUNDS[-1]


def growth(now, before):
    """{key: how much it has grown}; a smaller value than before means that it was reset."""
    found = {key: amount - before.get(key, 0) for key, amount in now.items()}
    return {key: now[key] if amount < 0 else amount for key, amount in found.items()}
