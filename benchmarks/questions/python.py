"""
Our layer on each CPython that is found: a fan-out, a storm of new sockets, a page, memory.
"""
from collections import OrderedDict
from copy import copy

from ..contestants.channels1_pythons import ON_PYTHONS
from . import connect, fanout, memory, page

PARTS = OrderedDict((
    ("fanout", fanout), ("connect", connect), ("page", page), ("memory", memory)))


def arguments(parser):
    parser.add_argument("--python-sockets", type=int, default=2000,
                        help="sockets of the fan-out, the storm and memory (default 2000)")


def measure(options, left_out, say):
    ours = copy(options)
    ours.contestants = [each.name for each in ON_PYTHONS]
    ours.sizes = [options.python_sockets]
    ours.storm = ours.memory_sockets = options.python_sockets
    ours.storm_parallel, ours.clients, ours.page_seconds = 250, [1, 32], 2.5
    return OrderedDict((name, part.measure(ours, left_out, say)) for name, part in PARTS.items())


def tables(results):
    return [table for name, part in PARTS.items() for table in part.tables(results[name])]


def checks(results):
    return []
