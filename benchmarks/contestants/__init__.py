"""
Who takes part. A contestant brings a Redis, interface servers, workers, a sender and a client of
its own; the questions know nothing but `base.Contestant`.
"""
from collections import OrderedDict

from . import channels1, channels1_pythons, channels4, floor, guarded

CONTESTANTS = OrderedDict((each.name, each) for each in (
    floor.Floor,
    channels1.Stock,
    channels1.StockRaised,
    channels1.StockTwisted,
    channels1.Workshop,
    channels4.Channels4,
    channels4.Channels4PubSub,
    guarded.Bare,
    guarded.Unbounded,
    guarded.Guarded,
    guarded.Plain,
    guarded.Encrypted,
    *channels1_pythons.ON_PYTHONS,
))
# Only when asked for: what takes the others seconds takes StockTwisted minutes. The guarded and
# those on other Pythons are for the questions of their names.
DEFAULT = [name for name, each in CONTESTANTS.items()
           if not issubclass(each, (
               channels1.StockTwisted, channels1_pythons.OnPython, guarded.Bare))]
