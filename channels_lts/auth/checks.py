from django.core.checks import Error, Warning, register

from channels_lts.conf import settings
from channels_lts.security import origins

OURS = "channels_lts.auth.SocketSessionMiddleware"
SESSIONS = "django.contrib.sessions.middleware.SessionMiddleware"


@register()
def check_origins(app_configs, **kwargs):
    return [
        Error("%r in CHANNELS_LTS[\"ALLOWED_ORIGINS\"] isn't an origin." % text,
              hint="An origin is a scheme, a host and perhaps a port: https://example.org:8443",
              id="channels_lts.E010")
        for text in settings.ALLOWED_ORIGINS or () if not origins.parse(text)]


@register()
def check_middleware(app_configs, **kwargs):
    listed = list(settings.MIDDLEWARE or ())
    if SESSIONS not in listed or OURS in listed[:listed.index(SESSIONS)]:
        return []
    return [Warning(
        "%s isn't listed before Django's SessionMiddleware." % OURS,
        hint="Without it a change of one's own password logs out one's own open pages.",
        id="channels_lts.W010")]
