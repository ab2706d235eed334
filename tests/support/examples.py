"""
How many generated cases a test tries.
"""
import os

IS_FAST = os.environ.get("WORKSHOP_FAST") == "1"  # set by script/test --fast


def examples(number):
    """`number`, or a tenth of it where everyday work shall not wait for the rare case."""
    return max(number // 10, 1) if IS_FAST else number
