"""
One question a module. A question has

    arguments(parser)        its own options (optional)
    measure(options, left_out, say)
                             the numbers, as JSON can hold them; who drops out goes to left_out
    tables(results)          a list of (title, header, rows), ready to print
    checks(results)          a list of figures.Check
"""
from collections import OrderedDict

from . import (
    chaos,
    connect,
    deploy,
    fanout,
    growth,
    guards,
    idle,
    memory,
    page,
    presence,
    profile,
    python,
    rooms,
    site,
    steps,
)

QUESTIONS = OrderedDict((module.__name__.rpartition(".")[2], module) for module in (
    fanout, rooms, page, site, connect, guards, idle, memory, profile, presence, chaos, steps,
    deploy, growth, python))
ALONE = ("python",)  # not in `all`: it makes an environment for each CPython
