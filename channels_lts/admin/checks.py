"""
Whether changes reach the admin's open pages.
"""
from asgiref.inmemory import ChannelLayer
from channels import DEFAULT_CHANNEL_LAYER, channel_layers
from channels.message import Message
from channels.routing import Router
from django.contrib.admin.sites import all_sites
from django.core.checks import Warning, register

from ..conf import settings
from ..presence import presence_diff, route
from . import live

ROUTE = 'include("channels_lts.admin.routing.channel_routing", path=r"^%s")'


@register()
def routes(app_configs, **kwargs):
    paths = [live.socket_path(admin) for site in all_sites for admin in site._registry.values()
             if getattr(admin, "live_list", False)]
    if not paths:
        return []
    # Not channel_layers[…], which connects a Sentinel layer.
    config = channel_layers.configs.get(DEFAULT_CHANNEL_LAYER)
    if config is None:
        return [warning("there is no channel layer to notify them through",
                        "Add a default one to CHANNEL_LAYERS, or set live_list = False.")]
    return _unrouted(Router(config["ROUTING"]), paths) if "ROUTING" in config else []


def _unrouted(router, paths):
    was_told = presence_diff.has_listeners()  # if not, presence's own check is silent
    found = [settings.ADMIN_SOCKETS + path for path in sorted(paths)
             if not _is_routed(router, settings.ADMIN_SOCKETS + path)]
    problems = [] if was_told else route.check_route(None)
    if found:
        problems.append(warning(
            "no route of the default channel layer leads from %s to them" % found[0],
            "The routing needs %s, at the path of CHANNELS_LTS['ADMIN_SOCKETS']; the names of "
            "AdminSites have letters, digits, '.', '_' and '-'." % (
                ROUTE % settings.ADMIN_SOCKETS)))
    return problems


def _is_routed(router, path):
    from .consumers import ListConsumer  # which listens to presence
    name = settings.FORCE_SCRIPT_NAME
    paths = {path, path[len(name):] if name and path.startswith(name) else path}
    found = [router.match(Message({"path": each}, "websocket.connect", ChannelLayer()))
             for each in paths]
    return any(issubclass(each[0], ListConsumer) for each in found
               if each and isinstance(each[0], type))


def warning(problem, hint):
    return Warning("Open pages of the admin don't follow changes: %s." % problem, hint=hint,
                   id="channels_lts.W024")
