from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security, deploy=True)
def closed_access(app_configs, **kwargs):
    """OPEN_ACCESS lets anonymous sockets rewrite rows: acceptable only in a tutorial."""
    if settings.OPEN_ACCESS and not settings.DEBUG:
        return [Error(
            "OPEN_ACCESS is on while DEBUG is off: anybody may rewrite every link.",
            hint="Unset OPEN_ACCESS, or set it to 0.",
            id="workshop.E001",
        )]
    return []


@register(Tags.urls)
def lives_at_root(app_configs, **kwargs):
    """The routes of the sockets, and what the pages' scripts fetch, begin at `/`."""
    if settings.FORCE_SCRIPT_NAME:
        return [Error(
            "FORCE_SCRIPT_NAME is set, but this site must live at /.",
            hint="Unset it, and give the site a host name of its own.",
            id="workshop.E002",
        )]
    return []
