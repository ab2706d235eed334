"""
Work that goes on until the next request comes.
"""
import select
import sys


def is_over():
    """Whether whoever asks has written the next line; `jsonlines.serve` reads it then."""
    return bool(select.select([sys.stdin], [], [], 0)[0])
