"""
Benchmarks of the channel layer: one question each, the contestants side by side in one run.

    python -m benchmarks <question> [options]

README.md in this folder holds the method and how to read the numbers.
"""
