"""
What a histogram tells: how many, how long, and how long at most for most of them.
"""
from channels_lts.layers.metrics import BOUNDS


def quantile(share, buckets):
    """
    Seconds that this share of what was observed took at most, as Prometheus's histogram_quantile
    guesses it; None if nothing was. What is above the last bound counts as that.
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
    """{key: by how much it has grown}; what is smaller than before has begun anew."""
    found = {key: amount - before.get(key, 0) for key, amount in now.items()}
    return {key: now[key] if amount < 0 else amount for key, amount in found.items()}
