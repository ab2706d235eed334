"""
What the worker processes of test_process run: settings module, routing and consumers.
"""
import os
import re
import signal
import time

import asgi_redis
import redis
from channels import route

from channels_lts.layers.redis import RedisChannelLayer
from tests.settings import *  # noqa: F401,F403

HOSTS = os.environ["WORKER_HOSTS"].split(",")
PREFIX = "worker-test:"
BEGUN = "worker-test-begun"
DONE = "worker-test-done"


CHANNELS_LTS = {"CONSUMER_SECONDS": float(os.environ.get("WORKER_CONSUMER_SECONDS", 300))}


class PatientMixin:
    """Waits for a message for so long that no test sees the wait end by itself."""
    blpop_timeout = 3600


class StockLayer(PatientMixin, asgi_redis.RedisChannelLayer):
    pass


class OurLayer(PatientMixin, RedisChannelLayer):
    pass


class SignalledMixin:
    """Has a SIGTERM strike when Redis has handed out a message and the worker hasn't got it."""

    def receive(self, channels, block=False):
        found = super().receive(channels, block)
        if found[0] == "test.note":
            os.kill(os.getpid(), signal.SIGTERM)
        return found


class SignalledStockLayer(SignalledMixin, StockLayer):
    pass


class SignalledOurLayer(SignalledMixin, OurLayer):
    pass


def layer_config(hosts):
    return {"hosts": hosts, "prefix": PREFIX, "capacity": 10000}


CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "tests.channels_lts.worker.site." + os.environ["WORKER_LAYER"],
        "CONFIG": layer_config(HOSTS),
        "ROUTING": "tests.channels_lts.worker.site.routing",
    },
}


def note(message):
    """Notes the message's number when it begins and, `seconds` later, when it is done."""
    client = redis.StrictRedis.from_url(os.environ["WORKER_NOTES"])
    client.rpush(BEGUN, message["number"])
    time.sleep(message["seconds"])
    client.rpush(DONE, message["number"])


def spin(message):
    """Loops in Python, or in C, which lets no Python thread run (28 letters take minutes)."""
    redis.StrictRedis.from_url(os.environ["WORKER_NOTES"]).rpush(BEGUN, 1)
    if message["in_c"]:
        re.match("(a+)+b", "a" * 40)
    while True:
        pass


routing = [route("test.note", note), route("test.spin", spin)]
