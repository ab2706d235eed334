"""
Channels 4 on daphne 4, in an environment of its own with a newer Python.
"""
import hashlib
import json
import os
import subprocess

from . import pythons
from .base import CHECKOUT, PACKAGE, Contestant

REQUIREMENTS = os.path.join(PACKAGE, "peers", "channels4", "requirements.txt")
ENVIRONMENT = os.path.join(CHECKOUT, ".venv-channels4")
CAPACITY = 100000


def install():
    """Makes the environment unless it is there already; returns why it can't be, or None."""
    with open(REQUIREMENTS, "rb") as requirements:
        wanted = hashlib.sha256(requirements.read()).hexdigest()
    stamp = os.path.join(ENVIRONMENT, "installed")
    if os.path.exists(stamp):
        with open(stamp) as installed:
            if installed.read() == wanted:
                return None
    python = pythons.newest()
    if python is None:
        return "no Python %s or newer was found" % pythons.words(pythons.OLDEST)
    return _make(python) or _write(stamp, wanted) or _write(
        os.path.join(ENVIRONMENT, ".gitignore"), "*\n")


def _make(python):
    for command in (
        [python, "-m", "venv", "--clear", ENVIRONMENT],
        [environment_python(), "-m", "pip", "install", "-q", "--disable-pip-version-check",
         "-r", REQUIREMENTS],
    ):
        result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, timeout=600)
        if result.returncode:
            return "%s failed: %s" % (" ".join(command[1:4]), result.stderr[-500:].decode())
    return None


def _write(path, text):
    with open(path, "w") as stream:
        stream.write(text)


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
