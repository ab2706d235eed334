"""
Channels 1.x on daphne 1.4.2, with the stock channel layer or with ours.
"""
import json
import os
import subprocess
import sys

from .base import CHECKOUT, Contestant

STOCK_LAYER = "asgi_redis.RedisChannelLayer"
WORKSHOP_LAYER = "channels_lts.layers.redis.RedisChannelLayer"


class Channels1(Contestant):

    peer = "channels1"
    layer = STOCK_LAYER
    config = {}
    daphne_options = ()

    def server_command(self, port):
        return [
            self.program("daphne"), "-v", "0", "--ping-interval", "3600",
            "-e", "tcp:port=%d:interface=127.0.0.1:backlog=4096" % port,
        ] + list(self.daphne_options) + ["asgi:channel_layer"]

    def worker_command(self):
        return [self.python, "-m", "benchmarks.compat", "runworker", "--settings", "settings",
                "--pythonpath", "."]

    def import_error(self, module, name):
        """Why the checkout lacks this, or None."""
        result = subprocess.run(
            [sys.executable, "-c", "from %s import %s" % (module, name)],
            cwd=self.options.workshop_path or CHECKOUT, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        # Without a failure there may be warnings.
        if result.returncode:
            return result.stderr.decode().strip().rpartition("\n")[2]
        return None

    def settings(self):
        return {
            "BENCHMARK_DATABASE": os.path.join(self.folder.path, "db.sqlite3"),
            "BENCHMARK_LAYER": json.dumps({
                "BACKEND": self.layer,
                "CONFIG": dict(self.config, hosts=[redis.url for redis in self.redises]),
            }),
        }


class Stock(Channels1):
    """As it comes: capacity 100, and the polling that daphne falls back to without txredisapi."""

    name = "stock"
    title = "asgi_redis 1.4.3, default capacity"
    daphne_options = ("--force-sync",)


class StockRaised(Channels1):
    """The same with room for everything, so that its time can be compared."""

    name = "stock-raised"
    title = "asgi_redis 1.4.3, capacity raised"
    config = {"capacity": 100000}
    daphne_options = ("--force-sync",)


class StockTwisted(Channels1):
    """The same in the Twisted mode that txredisapi switches on."""

    name = "stock-twisted"
    title = "asgi_redis 1.4.3 with txredisapi, capacity raised"
    config = {"capacity": 100000}


class Workshop(Channels1):
    """Our layer and sessions, configured as workshop.settings does."""

    name = "workshop"
    title = "channels_lts.layers.redis, channels_lts.session_backend"
    layer = WORKSHOP_LAYER
    config = {"capacity": 1000, "channel_capacity": {"daphne.response.*": 20000}}

    def missing(self):
        return self.import_error(*self.layer.rsplit(".", 1))

    def settings(self):
        return dict(super().settings(), BENCHMARK_SESSIONS="channels_lts.session_backend")


class Commands(Workshop):
    """Uses the engine's commands too, like the site."""

    name = "workshop-commands"
    title = "channels_lts.layers.redis, runworker of channels_lts"
    questions = ("deploy", "page", "connect")

    def settings(self):
        return dict(super().settings(), BENCHMARK_APPS="channels_lts")


class Pinging(Commands):
    """Pings each socket at each of daphne's checks, every 2 seconds."""

    name = "pinging"
    title = "the same; daphne pings"
    questions = ()
    daphne_options = ("--ping-interval", "2", "--ping-timeout", "600")
