from channels.delay.management.commands import rundelay
from django.core.management import CommandError

from channels_lts.delay.worker import DelayWorker
from channels_lts.logs import setup_logger
from channels_lts.worker.address import address_of
from channels_lts.worker.opening import open_layer


class Command(rundelay.Command):
    """
    channels' rundelay with our worker. `handle` replaces channels' one, which names its worker
    class itself.
    """
    help = "Keeps delayed messages and sends them when they are due. docs/workers.md describes it."

    def handle(self, *args, **options):
        logger = setup_logger("django.channels", options["verbosity"])
        if not options["sleep"] > 0:
            raise CommandError("--sleep is %s; it must be more than 0" % options["sleep"])
        layer = open_layer(options["layer"])
        logger.info("Running delay against channel layer %s at %s", layer, address_of(layer))
        DelayWorker(layer, database_sleep_duration=options["sleep"]).run()
