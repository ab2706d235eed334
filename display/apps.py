from django.apps import AppConfig
from django.utils.translation import ugettext_lazy as _


class DisplayConfig(AppConfig):
    name = "display"
    verbose_name = _("Display")

    def ready(self):
        from . import receivers, signals  # noqa: F401 (they register themselves)
