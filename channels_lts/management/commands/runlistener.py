from channels import DEFAULT_CHANNEL_LAYER
from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections

from channels_lts.binding.triggers.bound import load_bindings
from channels_lts.conf import settings
from channels_lts.listener.listener import Listener
from channels_lts.logs import setup_logger
from channels_lts.worker.layer import open_layer


class Command(BaseCommand):
    help = ("Sends frames for changes made outside the ORM, as recorded by triggers. "
            "See docs/bindings.md.")
    leave_locale_alone = True

    def add_arguments(self, parser):
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS,
                            help='Alias of the database, if not "default".')

    def handle(self, *args, **options):
        setup_logger("django.channels", options["verbosity"], settings.LOG_FORMAT)
        database = options["database"]
        if connections[database].vendor != "postgresql":
            raise CommandError("Changes made outside Django are only followed on PostgreSQL; the "
                               "database %s is %s" % (database, connections[database].vendor))
        if not settings.BINDING_TRIGGERS:
            raise CommandError("CHANNELS_LTS['BINDING_TRIGGERS'] is off: docs/bindings.md has the "
                               "steps to turn it on")
        load_bindings()
        listener = Listener(database, open_layer(DEFAULT_CHANNEL_LAYER))
        listener.install_signal_handlers()
        listener.run()
