from django.apps import AppConfig
from django.utils.translation import ugettext_lazy as _


class PrimerConfig(AppConfig):
    name = "primer"
    verbose_name = _("Primer")

    def ready(self):
        # channels registers the bindings it has seen; a process that loads no routing must send
        # too.
        from . import bindings  # noqa: F401
