import json
import time

from channels import DEFAULT_CHANNEL_LAYER, channel_layers
from django.core.management.base import BaseCommand, CommandError

from channels_lts.layers.base import capabilities_of
from channels_lts.layers.redis.statistics import picture
from channels_lts.metrics.figures import channels_of


class Command(BaseCommand):
    help = "Shows what is on the channel layer: queues, interface servers, workers, delay servers."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
        parser.add_argument("--format", choices=("tables", "json", "prometheus"), default="tables",
                            help="prometheus: what /metrics has, for a textfile collector")
        parser.add_argument("--watch", action="store_true",
                            help="show it again every few seconds, until interrupted")
        parser.add_argument("--interval", type=float, default=2,
                            help="seconds between two looks of --watch (default 2)")
        parser.add_argument("--wait-for", metavar="HOST[.PID]",
                            help="show nothing, but wait until a worker or delay server of this "
                                 "name has reported")
        parser.add_argument("--seconds", type=float, default=60,
                            help="how long --wait-for waits (default 60)")

    def handle(self, *args, **options):
        layer = channel_layers[DEFAULT_CHANNEL_LAYER]
        if "statistics" not in layer.extensions:
            raise CommandError("This channel layer keeps no statistics: set BACKEND in "
                               "CHANNEL_LAYERS to one of channels_lts.layers.redis")
        if options["wait_for"]:
            return self.wait(capabilities_of(layer), options["wait_for"], options["seconds"])
        try:
            self.show(layer, options)
            while options["watch"]:
                time.sleep(options["interval"])
                self.show(layer, options)
        except KeyboardInterrupt:
            pass

    def wait(self, capabilities, name, seconds):
        until = time.monotonic() + seconds
        while not is_alive(capabilities, name):
            if time.monotonic() >= until:
                raise CommandError("%s hasn't reported within %g seconds" % (
                    name, seconds))
            time.sleep(0.2)

    def show(self, layer, options):
        if options["format"] == "prometheus":
            from channels_lts.metrics import exposition  # an extra: not everybody has it
            self.stdout.write(exposition.text(layer).decode("utf8"))
            return
        found = picture(layer, channels_of(layer))
        if options["json"] or options["format"] == "json":
            self.stdout.write(json.dumps(found, sort_keys=True))
        else:
            self.stdout.write("\n".join(tables(found)) + "\n")


def is_alive(capabilities, name):
    """Whether a process has reported recently: any on a host, or one by its "host.pid"."""
    names = [each["name"] for kind in ("worker", "delay") for each in capabilities.alive(kind)]
    return any(each == name or each.startswith(name + ".") for each in names)


def tables(found):
    """The lines of the tables for a snapshot, below any problems."""
    for problem in found["problems"]:
        yield problem
        yield ""
    yield from table("CHANNEL", ["pending", "oldest", "sent", "dropped"], found["channels"])
    yield ""
    yield from table("DAPHNE", ["sockets", "groups"], found["interfaces"])
    yield ""
    yield from table("WORKER", ["threads", "seen"], [seen(each) for each in found["workers"]])
    yield ""
    yield from table("DELAY", ["seen"], [seen(each) for each in found["delays"]])


def seen(process):
    return dict(process, seen="%d s ago" % (time.time() - process["at"]))


def table(title, columns, rows):
    """One line per row: its name, then its values under the names of their columns."""
    width = max([len(title)] + [len(row["name"]) for row in rows]) + 2
    yield title.ljust(width) + "".join(name.rjust(10) for name in columns)
    for row in rows:
        yield row["name"].ljust(width) + "".join(
            str(row.get(name, "")).rjust(10) for name in columns)
    if not rows:
        yield "none".ljust(width)
