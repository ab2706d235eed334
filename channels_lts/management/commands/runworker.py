from channels.asgi import InvalidChannelLayerError
from channels.management.commands import runworker
from channels.signals import worker_process_ready
from django.apps import apps
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import CommandError

from channels_lts.conf import settings
from channels_lts.logs import setup_logger
from channels_lts.security.handler import make_consumer
from channels_lts.worker import Worker, WorkerGroup
from channels_lts.worker.layer import address_of, open_layer


class Command(runworker.Command):
    """
    channels' runworker with our workers. `handle` is replaced, because channels' version names its
    worker classes itself.
    """
    help = "Runs the consumers, until SIGTERM or SIGINT. See docs/workers.md."

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument(
            "--max-messages", type=int, metavar="N",
            help="Stop after N messages, for a supervisor to start a fresh process.")

    def handle(self, *args, **options):
        self.verbosity = options["verbosity"]
        self.logger = setup_logger("django.channels", self.verbosity, settings.LOG_FORMAT)
        self.options = options
        self.check_numbers()
        self.channel_layer = open_layer(options["layer"])
        self.add_default_routes()
        worker = self.make_worker()
        if not worker.channels():
            raise CommandError("--only-channels and --exclude-channels leave no channel")
        if "http.request" in worker.channels():
            self.check_static_files()
        self.logger.info("Running worker with %d thread(s) against channel layer %s at %s",
                         options["threads"], self.channel_layer, address_of(self.channel_layer))
        worker_process_ready.send(sender=worker)
        try:
            worker.ready()  # opens presence's memory
        except InvalidChannelLayerError as error:
            raise CommandError(error)
        worker.run()

    def check_numbers(self):
        for name in ("threads", "max_messages"):
            number = self.options[name]
            if number is not None and number < 1:
                raise CommandError("--%s is %d; it must be at least 1" % (
                    name.replace("_", "-"), number))

    def check_static_files(self):
        """Without their manifest, every page that refers to static files would fail."""
        if not (apps.is_installed("django.contrib.staticfiles") and settings.STATIC_URL):
            return
        load = getattr(staticfiles_storage, "load_manifest", None)
        if load and not load():
            raise CommandError("There are no static files: run manage.py collectstatic")

    def add_default_routes(self):
        self.channel_layer.router.check_default(http_consumer=make_consumer())

    def make_worker(self):
        kwargs = {
            "channel_layer": self.channel_layer,
            "callback": self.consumer_called if self.verbosity > 1 else None,
            "only_channels": self.options["only_channels"],
            "exclude_channels": self.options["exclude_channels"],
            "max_messages": self.options["max_messages"],
        }
        if self.options["threads"] == 1:
            return Worker(**kwargs)
        return WorkerGroup(n_threads=self.options["threads"], **kwargs)
