"""
Problems in a project's settings that would otherwise go unnoticed.
"""
import logging
import threading

from asgi_redis.core import BaseRedisChannelLayer
from channels import channel_layers
from channels.asgi import InvalidChannelLayerError
from django.apps import apps
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.checks import Error, Tags, Warning, register
from django.utils.module_loading import import_string
from redis.exceptions import RedisError

from . import conf, packing
from .layers.redis import suitability

IN_MEMORY = "asgiref.inmemory.ChannelLayer"
GROUP_EXPIRY = 86400  # seconds, for a layer whose CONFIG doesn't say (asgiref.base_layer)
# Commands that are replaced by ours if our app comes first.
COMMANDS = {
    "channels": "runserver and runworker",
    "channels.delay": "rundelay",
    "django.contrib.sessions": "clearsessions",
    "django.contrib.staticfiles": "runserver",
}
REDIS_SECONDS = 1
POOLS = "channels_lts.redis.ConnectionPool", "channels_lts.redis.MasterPool"  # with limits
WITHOUT_LIMIT = ("django.db.backends.postgresql", "django.db.backends.postgresql_psycopg2",
                 "channels_lts.compat.postgresql")

logger = logging.getLogger(__name__)


@register()
def known_settings(app_configs, **kwargs):
    return [
        Error("CHANNELS_LTS has no setting %r." % name,
              hint="It has %s." % ", ".join(sorted(conf.DEFAULTS)),
              id="channels_lts.E001")
        for name in sorted(conf.project()) if name not in conf.DEFAULTS]


@register()
def shadowed_commands(app_configs, **kwargs):
    """If two apps have a command of the same name, Django runs the first one's."""
    names = [each.name for each in apps.get_app_configs()]
    return [
        Warning("%r stands before 'channels_lts' in INSTALLED_APPS: manage.py takes its %s." % (
                    name, COMMANDS[name]),
                hint="List 'channels_lts' first.",
                id="channels_lts.W006")
        for name in names[:names.index("channels_lts")] if name in COMMANDS]


@register()
def groups_shorter_than_sockets(app_configs, **kwargs):
    timeout = conf.settings.WEBSOCKET_TIMEOUT
    expiries = {
        alias: layer.get("CONFIG", {}).get("group_expiry", GROUP_EXPIRY)
        for alias, layer in conf.settings.CHANNEL_LAYERS.items()}
    return [
        Warning("The channel layer %r forgets a group's members after %d seconds, and a socket "
                "may live for %d: it would stay open, and get nothing." % (alias, expiry, timeout),
                hint="Raise group_expiry in the layer's CONFIG; or lower daphne's "
                     "--websocket_timeout, and CHANNELS_LTS['WEBSOCKET_TIMEOUT'] with it.",
                id="channels_lts.W007")
        for alias, expiry in sorted(expiries.items()) if expiry < timeout]


@register(Tags.caches)
def cache_of_one_process(app_configs, **kwargs):
    """A layer in memory is for one process anyway."""
    is_alone = all(each["BACKEND"] == IN_MEMORY for each in conf.settings.CHANNEL_LAYERS.values())
    if is_alone or not _default_cache_is((LocMemCache, DummyCache)):
        return []
    return [Warning("The default cache isn't shared by processes: %s." % _lost_in_own_caches(),
                    hint="Set CACHES to Redis or memcached, or, on one host, to "
                         "channels_lts.caches.SharedFileCache.",
                    id="channels_lts.W004")]


@register(Tags.caches)
def cache_that_miscounts(app_configs, **kwargs):
    if _default_cache_is((LocMemCache, DummyCache)) or not _counts_by_reading():
        return []
    return [Warning("The default cache's incr isn't atomic: it reads and then writes, so two "
                    "processes at once count one, and limits let more through.",
                    hint="Set CACHES to Redis or memcached, or, on one host, to "
                         "channels_lts.caches.SharedFileCache.",
                    id="channels_lts.W005")]


@register(Tags.caches)
def cache_that_is_waited_for(app_configs, **kwargs):
    return [Warning("The cache %r waits for its Redis without a limit: if the network drops a "
                    "connection, or Redis hangs, the workers hang with it." % alias,
                    hint="Set OPTIONS['CONNECTION_POOL_CLASS'] to "
                         "'channels_lts.redis.ConnectionPool', or SOCKET_TIMEOUT and "
                         "SOCKET_CONNECT_TIMEOUT in OPTIONS.",
                    id="channels_lts.W011")
            for alias, cache in sorted(conf.settings.CACHES.items())
            if cache["BACKEND"].startswith("django_redis.") and not _has_limits(cache)]


def _has_limits(cache):
    options = cache.get("OPTIONS", {})
    return (options.get("CONNECTION_POOL_CLASS") in POOLS
            or options.get("SOCKET_TIMEOUT") and options.get("SOCKET_CONNECT_TIMEOUT"))


@register()
def database_that_is_waited_for(app_configs, **kwargs):
    """An existing connection is watched by the kernel (outages.connections)."""
    return [Warning("A connection to the database %r is waited for without a limit: if its host "
                    "is gone, a page takes minutes to fail." % alias,
                    hint="Set OPTIONS['connect_timeout'], in seconds.",
                    id="channels_lts.W012")
            for alias, database in sorted(conf.settings.DATABASES.items())
            if "postgresql" in database.get("ENGINE", "") and "connect_timeout" not in
            database.get("OPTIONS", {})]


@register()
def query_that_is_waited_for(app_configs, **kwargs):
    return [Warning("A query to the database %r is waited for without a limit: if its server "
                    "hangs, the workers hang with it." % alias,
                    hint="Set ENGINE to 'channels_lts.postgresql' (QUERY_SECONDS).",
                    id="channels_lts.W013")
            for alias, database in sorted(conf.settings.DATABASES.items())
            if database.get("ENGINE") in WITHOUT_LIMIT]


def _lost_in_own_caches():
    """Our layer on Redis keeps the users behind sockets, and numbers frames."""
    limits = "each counts limited actions (logins) separately, which lets more through"
    try:
        layers = [import_string(each["BACKEND"]) for each in conf.settings.CHANNEL_LAYERS.values()]
        ours = tuple(import_string("channels_lts.layers.redis." + name)
                     for name in ("RedisChannelLayer", "RedisSentinelChannelLayer"))
    except ImportError:
        layers, ours = [], ()
    if layers and all(issubclass(each, ours) for each in layers):
        return limits
    return ("a worker takes sockets that another one has accepted for anonymous, each numbers the "
            "frames of bindings separately, and " + limits)


def _default_cache_is(classes):
    return issubclass(_default_cache_class(), classes)


def _counts_by_reading():
    return getattr(_default_cache_class(), "incr", None) is BaseCache.incr


def _default_cache_class():
    """`object` for one that can't be imported: Django reports that itself, at its first use."""
    try:
        return import_string(conf.settings.CACHES["default"]["BACKEND"])
    except ImportError:
        return object


@register(Tags.security, deploy=True)
def any_host(app_configs, **kwargs):
    if "*" not in conf.settings.ALLOWED_HOSTS:
        return []
    return [Warning("ALLOWED_HOSTS is '*': links in pages and mails go where the client says, and "
                    "anybody who points a name at it can open sockets from pages of that name.",
                    hint="List the site's host names.",
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
def believed_root_path(app_configs, **kwargs):
    if not conf.settings.TRUST_ROOT_PATH_HEADER:
        return []
    return [Warning("CHANNELS_LTS['TRUST_ROOT_PATH_HEADER'] is on: anybody who bypasses the "
                    "proxy can choose where the site's links lead.",
                    hint="Unset it, unless the proxy sets or removes Daphne-Root-Path itself.",
                    id="channels_lts.W003")]


@register(deploy=True)
def unsuitable_redis(app_configs, **kwargs):
    """
    Gives up after REDIS_SECONDS: the machine that runs the checks may not reach the site's Redis.
    """
    found = []
    asking = threading.Thread(target=_ask_all_layers, args=(found,), daemon=True)
    asking.start()
    asking.join(REDIS_SECONDS)
    return [_of_a_cluster(each) if each.is_fatal else
            Warning(each.text, hint="Set maxmemory-policy to noeviction in its configuration.",
                    id="channels_lts.W008") for each in list(found)]


def _of_a_cluster(problem):
    return Error(problem.text + ".", id="channels_lts.E002",
                 hint="Name another in CHANNEL_LAYERS (hosts); where it is hosted, one with "
                      "cluster mode off.")


@register(deploy=True)
def slow_packing(app_configs, **kwargs):
    if not packing.missing():
        return []
    return [Warning(packing.missing(), hint="MSGPACK_PUREPYTHON must not be set either.",
                    id="channels_lts.W009")]


def _ask_all_layers(found):
    for alias, config in channel_layers.configs.items():
        try:
            if issubclass(import_string(config["BACKEND"]), BaseRedisChannelLayer):
                found.extend(suitability.problems(
                    channel_layers.make_backend(alias).channel_layer))
        except (ImportError, InvalidChannelLayerError, RedisError):  # not for a check to tell
            continue


def warn_of_unsuitable_redis(sender, **kwargs):
    """
    A receiver of channels' worker_process_ready: repeats the check in the log when a worker starts.
    """
    suitability.warn_soon(sender.channel_layer.channel_layer)


def warn_of_slow_packing(sender, **kwargs):
    """A receiver of channels' worker_process_ready."""
    if packing.missing():
        logger.warning(packing.missing())
