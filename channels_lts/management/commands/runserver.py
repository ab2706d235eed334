from channels import staticfiles
from channels.management.commands import runserver
from daphne.server import Server
from django.apps import apps

from channels_lts.security.daphne import guard
from channels_lts.security.handler import StaticFilesConsumer, ViewConsumer

if apps.is_installed("django.contrib.staticfiles"):  # its command has options of its own
    from django.contrib.staticfiles.management.commands.runserver import Command as Base
else:
    Base = runserver.Command


class GuardedServer(Server):
    """daphne's, with the guard in front of its listeners, whatever the channel layer is."""

    def run(self):
        guard.install()
        super().run()


class Command(Base):
    """channels' runserver, guarded as daphne and the workers of a deployment are."""
    server_cls = GuardedServer

    def get_consumer(self, *args, **options):
        is_static = isinstance(
            super().get_consumer(*args, **options), staticfiles.StaticFilesConsumer)
        return StaticFilesConsumer() if is_static else ViewConsumer()
