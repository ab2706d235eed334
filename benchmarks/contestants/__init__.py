"""
Who takes part. A contestant brings a Redis, interface servers, workers, a sender and a client of
its own; the questions know nothing but `base.Contestant`.
"""
from collections import OrderedDict

from . import channels1, channels4, floor

CONTESTANTS = OrderedDict((each.name, each) for each in (
    floor.Floor,
    channels1.Stock,
    channels1.StockRaised,
    channels1.StockTwisted,
    channels1.Workshop,
    channels4.Channels4,
    channels4.Channels4PubSub,
))
# StockTwisted takes minutes for what takes the others seconds: only when asked for.
DEFAULT = [name for name in CONTESTANTS if name != channels1.StockTwisted.name]
