"""
The figures on the channel layer's page.
"""
import time
from datetime import datetime

from django.utils import timezone
from redis.exceptions import RedisError

from .. import outages
from ..metrics.overview import Overview
from .charts import charts, milliseconds


def shown(layer):
    """The template's context: as much as the layer can tell."""
    found = {"layer_name": layer.alias, "backend": backend_of(layer)}
    if "statistics" not in layer.extensions:
        return found
    try:
        overview = Overview(layer).get()
    except RedisError as error:
        outages.note(error)
        return dict(found, is_away=True)
    since = overview["since"]
    return dict(
        found, overview=overview, charts=charts(overview["samples"]),
        looked_at=datetime.fromtimestamp(overview["at"], timezone.utc),
        seconds=since and round(overview["at"] - since),
        consumers=readable(overview["consumers"]), views=readable(overview["views"]),
        daphnes=seen(overview["interfaces"]), delays=seen(overview["delays"]),
        workers=[dict(each, stuck=stuck(each)) for each in seen(overview["workers"])])


def backend_of(layer):
    found = type(layer.channel_layer)
    return "%s.%s" % (found.__module__, found.__qualname__)


def readable(rows):
    return [dict(each, mean=milliseconds(each["mean"]), most=milliseconds(each["most"]),
                 labels=[label or "–" for label in each["labels"]]) for each in rows]


def seen(processes):
    """The processes, each with how many seconds ago it last reported."""
    return [dict(each, ago=max(0, round(time.time() - each["at"]))) for each in processes]


def stuck(worker):
    """How many of its threads are stuck; None: it doesn't say, as other versions don't."""
    return worker["threads"] - worker["moving"] if "moving" in worker else None
