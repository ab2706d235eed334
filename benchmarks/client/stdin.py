"""
Work that continues until the next request comes.
"""
import select
import sys


def is_over():
    """Whether the next line has arrived; `jsonlines.serve` reads it then."""
    return bool(select.select([sys.stdin], [], [], 0)[0])
