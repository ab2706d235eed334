"""
Channels 4 on daphne 4 and on uvicorn, in an environment of its own with a newer Python.
"""
import hashlib
import json
import os

from . import installing, pythons
from .base import CHECKOUT, PACKAGE, Contestant

REQUIREMENTS = os.path.join(PACKAGE, "peers", "channels4", "requirements.txt")
ENVIRONMENT = os.path.join(CHECKOUT, ".venv-channels4")
CAPACITY = 100000


def install():
    """Makes the environment unless it is there already; returns why it can't be, or None."""
    with open(REQUIREMENTS, "rb") as requirements:
        wanted = hashlib.sha256(requirements.read()).hexdigest()
    return installing.once(ENVIRONMENT, wanted, _make)


def _make():
    python = pythons.newest()
    if python is None:
        return "no Python %s or newer was found" % pythons.words(pythons.OLDEST)
    return installing.run(
        [python, "-m", "venv", "--clear", ENVIRONMENT],
        [environment_python(), "-m", "pip", "install", "-q", "--disable-pip-version-check",
         "-r", REQUIREMENTS])


def environment_python():
    return os.path.join(ENVIRONMENT, "bin", "python")


class Channels4(Contestant):
    """Consumers and views run in daphne: no workers. Capacity raised, as for stock-raised."""

    name = "channels4"
    title = "Channels 4, channels_redis core layer"
    peer = "channels4"
    layer = "channels_redis.core.RedisChannelLayer"
    python = environment_python()

    def missing(self):
        return install()

    def server_command(self, port):
        return [
            self.program("daphne"), "-v", "0", "--ping-interval", "3600",
            "-e", "tcp:port=%d:interface=127.0.0.1:backlog=4096" % port, "asgi:application",
        ]

    def deploy(self):
        for number in range(len(self.servers)):
            self.restart_server(number)

    def settings(self):
        return {
            "BENCHMARK_DATABASE": os.path.join(self.folder.path, "db.sqlite3"),
            "BENCHMARK_LAYER": json.dumps({
                "BACKEND": self.layer,
                "CONFIG": {"hosts": [self.redis.url], "capacity": CAPACITY},
            }),
        }


class Channels4PubSub(Channels4):

    name = "channels4-pubsub"
    title = "Channels 4, channels_redis pub/sub layer"
    layer = "channels_redis.pubsub.RedisPubSubChannelLayer"


class Channels4Uvicorn(Channels4):

    name = "channels4-uvicorn"
    title = "the same on uvicorn with uvloop, core layer"

    def server_command(self, port):
        return [
            self.program("uvicorn"), "asgi:application", "--host", "127.0.0.1", "--port", str(port),
            "--loop", "uvloop", "--http", "httptools", "--ws", "websockets", "--lifespan", "off",
            "--ws-ping-interval", "3600", "--backlog", "4096", "--log-level", "warning",
        ]


class Channels4UvicornPubSub(Channels4Uvicorn):

    name = "channels4-uvicorn-pubsub"
    title = "the same on uvicorn with uvloop, pub/sub layer"
    layer = Channels4PubSub.layer
