"""
The contestants. Each brings its own Redis, interface servers, workers, sender and client; the
questions know nothing but `base.Contestant`.
"""
from collections import OrderedDict

from . import channels1, channels1_pythons, channels4, floor, guarded, gunicorn, node

CONTESTANTS = OrderedDict((each.name, each) for each in (
    floor.Floor,
    node.Ws,
    channels1.Stock,
    channels1.StockRaised,
    channels1.StockTwisted,
    channels1.Workshop,
    channels1.Commands,
    channels1.Pinging,
    channels4.Channels4,
    channels4.Channels4PubSub,
    channels4.Channels4Uvicorn,
    channels4.Channels4UvicornPubSub,
    gunicorn.Gunicorn,
    guarded.Bare,
    guarded.Unbounded,
    guarded.Guarded,
    guarded.Plain,
    guarded.Encrypted,
    *channels1_pythons.ON_PYTHONS,
))
# Only on request: what takes the others seconds takes StockTwisted minutes. The guarded ones and
# those on other Pythons are for the questions named after them.
DEFAULT = [name for name, each in CONTESTANTS.items()
           if not issubclass(each, (
               channels1.StockTwisted, channels1.Pinging, channels1_pythons.OnPython,
               guarded.Bare))]


def able(names, question):
    """Those of `names` that can be asked `question`."""
    return [name for name in names
            if CONTESTANTS[name].questions is None or question in CONTESTANTS[name].questions]
