from channels.signals import worker_ready
from django.apps import AppConfig


class WorkshopConfig(AppConfig):
    name = "workshop"

    def ready(self):
        from . import checks, database  # noqa: F401 (they register themselves)
        from .presence.ticking import ticker
        worker_ready.connect(ticker.start)
