from channels import DEFAULT_CHANNEL_LAYER
from django.apps import apps
from django.core.management import BaseCommand, CommandError

from channels_lts.conf import settings
from channels_lts.logs import setup_logger
from channels_lts.worker.layer import address_of, open_layer


class Command(BaseCommand):
    """
    channels' rundelay with our worker. It isn't a subclass: without channels.delay in
    INSTALLED_APPS channels' module can't even be imported.
    """
    help = "Keeps delayed messages and sends them when they are due. See docs/workers.md."
    leave_locale_alone = True

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--layer", default=DEFAULT_CHANNEL_LAYER,
                            help="Channel layer alias to use, if not the default.")
        parser.add_argument("--sleep", type=float, default=1, metavar="SECONDS",
                            help="Longest time between two checks of the table (default 1).")

    def handle(self, *args, **options):
        logger = setup_logger("django.channels", options["verbosity"], settings.LOG_FORMAT)
        if not apps.is_installed("channels.delay"):
            raise CommandError('"channels.delay" isn\'t in INSTALLED_APPS: its table keeps what is '
                               "delayed")
        if not options["sleep"] > 0:
            raise CommandError("--sleep is %s; it must be more than 0" % options["sleep"])
        layer = open_layer(options["layer"])
        logger.info("Running delay against channel layer %s at %s", layer, address_of(layer))
        run(layer, options["sleep"])


def run(layer, sleep):
    from channels_lts.delay.worker import Worker  # which has the app's model
    Worker(layer, database_sleep_duration=sleep).run()
