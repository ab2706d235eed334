"""
Current values: channels, processes, presence and delayed messages, as (name, text, labels,
samples), a sample being (values of the labels, number). Names ending with _total only grow.
"""
from django.apps import apps
from django.db import DatabaseError
from django.utils import timezone

from channels_lts import delay, outages
from channels_lts.layers.redis.statistics import picture, recent_groups
from channels_lts.presence import stores
from channels_lts.presence.redis import RedisStore


def channels_of(layer):
    """
    Names of the channels that a site uses. runworker adds the page channel to the routing only when
    it starts, and rundelay's own is never in it.
    """
    return sorted(set(layer.router.channels) | {"http.request", delay.CHANNEL})


def figures(layer):
    """Yields all of them. Raises RedisError; figures from a database that is away are left out."""
    found = picture(layer, channels_of(layer), recent_groups)
    yield from channels(found["channels"])
    yield from daphnes(found["interfaces"])
    yield from workers(found["workers"], found["delays"])
    yield from presence()
    yield from delayed()


def channels(rows):
    yield ("messages_waiting", "Messages that wait in a channel.", ["channel"],
           [([each["name"]], each["pending"]) for each in rows])
    yield ("oldest_message_age_seconds", "Age of the oldest of them.", ["channel"],
           [([each["name"]], each["oldest"]) for each in rows])
    yield ("messages_sent_total", "Messages that a channel has taken.", ["channel"],
           [([each["name"]], each["sent"]) for each in rows])


def daphnes(rows):
    yield "daphnes", "Daphnes that have reported lately.", [], [([], len(rows))]
    yield ("sockets", "Open sockets.", ["daphne"],
           [([each["name"]], each.get("sockets", 0)) for each in rows])
    yield ("groups", "Groups that sockets are in, looked at once a minute.", ["daphne"],
           [([each["name"]], each["groups"]) for each in rows])


def workers(rows, delays):
    yield "workers", "Worker processes that take messages.", [], [([], len(rows))]
    for name, key, text in (
            ("worker_threads", "threads", "Threads of workers."),
            ("worker_threads_moving", "moving", "Those that aren't stuck in one message."),
            ("worker_threads_busy", "busy", "Those that ran a consumer when they reported last.")):
        yield name, text, [], [([], sum(each.get(key, 0) for each in rows))]
    yield "delay_servers", "Processes rundelay.", [], [([], len(delays))]


def presence():
    store = stores.store()
    if isinstance(store, RedisStore):
        sockets, leaving = store.figures()
        yield "presence_sockets", "Sockets that count for somebody's presence.", [], [([], sockets)]
        yield ("presence_leaving", "People who have no socket left, within the grace.", [],
               [([], leaving)])


def delayed():
    if not apps.is_installed("channels.delay"):
        return
    from channels.delay.models import DelayedMessage  # raises where it isn't installed
    try:
        count = DelayedMessage.objects.count()
        first = DelayedMessage.objects.order_by("due_date").values_list("due_date", flat=True)[:1]
        late = max([0] + [(timezone.now() - due).total_seconds() for due in first])
    except DatabaseError as error:
        outages.note(error)
        return
    yield "delayed_messages", "Delayed messages in the table.", [], [([], count)]
    yield "delayed_late_seconds", "For how long the first one has been due.", [], [([], late)]
