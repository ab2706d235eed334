"""
What would silently go wrong in a project's settings.
"""
from django.core.checks import Error, Tags, Warning, register

from . import conf


@register()
def known_settings(app_configs, **kwargs):
    return [
        Error("CHANNELS_LTS has no setting %r." % name,
              hint="It has %s." % ", ".join(sorted(conf.DEFAULTS)),
              id="channels_lts.E001")
        for name in sorted(conf.project()) if name not in conf.DEFAULTS]


@register(Tags.security, deploy=True)
def any_host(app_configs, **kwargs):
    if "*" not in conf.settings.ALLOWED_HOSTS:
        return []
    return [Warning("ALLOWED_HOSTS is '*': links in pages and mails go where the client says.",
                    hint="List the site's host names. Load balancers that ask by address "
                         "need no more than /healthz.",
                    id="channels_lts.W001")]


@register(Tags.security, deploy=True)
def any_origin(app_configs, **kwargs):
    if conf.settings.ALLOWED_ORIGINS is not None:
        return []
    return [Warning("CHANNELS_LTS['ALLOWED_ORIGINS'] is None: pages of any site may open sockets "
                    "with their visitors' cookies.",
                    hint="List the origins: 'https://example.org'.",
                    id="channels_lts.W002")]


@register(Tags.security, deploy=True)
def cache_of_one_process(app_configs, **kwargs):
    backend = conf.settings.CACHES["default"]["BACKEND"]
    if not backend.endswith((".LocMemCache", ".DummyCache")):
        return []
    return [Warning("The default cache isn't shared by processes: a worker takes the sockets that "
                    "another has accepted for nobody's, and each counts logins for itself.",
                    hint="Set CACHES to Redis, memcached or a database.",
                    id="channels_lts.W004")]


@register(Tags.security, deploy=True)
def believed_root_path(app_configs, **kwargs):
    if not conf.settings.TRUST_ROOT_PATH_HEADER:
        return []
    return [Warning("CHANNELS_LTS['TRUST_ROOT_PATH_HEADER'] is on: whoever reaches daphne past "
                    "the proxy chooses where the site's links lead.",
                    hint="Unset it, unless the proxy sets or removes Daphne-Root-Path itself.",
                    id="channels_lts.W003")]
