from django.apps import AppConfig


class WorkshopConfig(AppConfig):
    name = "workshop"

    def ready(self):
        from . import checks, database  # noqa: F401 (they register themselves)
