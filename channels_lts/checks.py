"""
What would silently go wrong in a project's settings.
"""
from django.core.checks import Error, register

from . import conf


@register()
def known_settings(app_configs, **kwargs):
    return [
        Error("CHANNELS_LTS has no setting %r." % name,
              hint="It has %s." % ", ".join(sorted(conf.DEFAULTS)),
              id="channels_lts.E001")
        for name in sorted(conf.project()) if name not in conf.DEFAULTS]
