from django.apps import AppConfig


class CountsConfig(AppConfig):
    name = "counts"

    def ready(self):
        from . import bindings  # noqa: F401
