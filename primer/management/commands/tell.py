import contextlib
import logging

from channels import DEFAULT_CHANNEL_LAYER, channel_layers
from django.core.management.base import BaseCommand, CommandError

from channels_lts.frames import FrameError
from primer import news
from primer.requests import text


class Command(BaseCommand):
    help = "Sends a piece of news to everybody who listens on the primer's page."

    def add_arguments(self, parser):
        parser.add_argument("news", help="at most 512 characters")

    def handle(self, *args, **options):
        if channel_layers[DEFAULT_CHANNEL_LAYER].local_only():
            raise CommandError("the in-memory layer reaches no other process: "
                               "set REDIS_URL, or CHANNEL_LAYER=ipc, as for the site")
        try:
            with unheard(logging.getLogger("channels_lts.layers.redis.outage")):
                self.stdout.write("told as number %d" % news.tell(text(options, "news")))
        except FrameError as error:
            raise CommandError(error.message)


@contextlib.contextmanager
def unheard(logger):
    """
    Suppresses what this logger says, in a process that ends because of it and reports it itself.
    """
    logger.addFilter(nothing)
    try:
        yield
    finally:
        logger.removeFilter(nothing)


def nothing(record):
    return False
