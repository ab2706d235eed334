"""
How many processes a site of a given size takes, from the recorded run of `growth`: by arithmetic,
and by a simulation that plays the plan with the measured costs.

    python -m benchmarks.plan [--sockets N] [--room N] …

docs/scale.md holds what it prints.
"""
