"""
How many generated cases a test tries.
"""
import os

from hypothesis import HealthCheck

IS_FAST = os.environ.get("WORKSHOP_FAST") == "1"  # set by script/test --fast
# Hypothesis begins with simple cases, a tenth of all: with one or two of them it may well be by
# chance that most of the next are filtered out.
SUPPRESSED = [HealthCheck.filter_too_much] if IS_FAST else []


def examples(number):
    """`number`, or a tenth of it where everyday work shall not wait for the rare case."""
    return max(number // 10, 1) if IS_FAST else number
