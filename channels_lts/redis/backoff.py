import random


def backoff(attempt, shortest=0.05, longest=0.4):
    """
    Seconds to wait before the next attempt (0, 1, …): twice as long each time, up to the longest;
    randomized, so that processes spread out.
    """
    return random.uniform(0.5, 1) * min(longest, shortest * 2 ** min(attempt, 10))
