"""
The page of the channel layer, for an AdminSite:

    from channels_lts.admin.layer import Layer, LayerAdmin

    admin.site.register(Layer, LayerAdmin)
"""
import logging

from channels import DEFAULT_CHANNEL_LAYER, channel_layers
from django.conf.urls import url
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import ugettext as _
from django.views.decorators.http import require_POST
from redis.exceptions import RedisError

from .. import outages
from ..conf import settings
from ..layers.base import capabilities_of
from ..models import Layer
from .layer_figures import shown
from .sockets import Sockets

__all__ = ["Layer", "LayerAdmin"]

logger = logging.getLogger(__name__)


class LayerAdmin(admin.ModelAdmin):
    """
    What is happening on the channel layer, for people with the permission `view_layer`. With
    `close_socket` they may find and close sockets, with `drain_daphne` shut a daphne down. Every
    close and shutdown is recorded in the admin's log and in the process's.
    """

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return may(request, "view_layer")

    def get_urls(self):
        return [
            url(r"^$", self._view(self.changelist_view), name=name_of("changelist")),
            url(r"^sockets/$", self._view(self.sockets_view, "close_socket"),
                name=name_of("sockets")),
            url(r"^sockets/close/$", self._view(require_POST(self.close_view), "close_socket"),
                name=name_of("close")),
            url(r"^drain/$", self._view(require_POST(self.drain_view), "drain_daphne"),
                name=name_of("drain")),
        ]

    def _view(self, view, *permissions):
        def guarded(request):
            if not all(may(request, each) for each in ("view_layer",) + permissions):
                raise PermissionDenied
            return view(request)
        return self.admin_site.admin_view(guarded)

    def changelist_view(self, request, extra_context=None):
        return self._page(request, "layer", _("Channel layer"), **shown(default_layer()))

    def sockets_view(self, request):
        text = request.GET.get("q", "").strip()[:200]
        sockets = Sockets(self.admin_site, request)
        found, more, is_away = [], False, False
        try:
            found, more = sockets.find(text) if text else ([], False)
        except RedisError as error:
            outages.note(error)
            is_away = True
        return self._page(
            request, "layer_sockets", _("Sockets"), query=text, more=more, is_away=is_away,
            found=[(each, sockets.seal(each)) for each in found],
            is_listed=sockets.is_listed, shows_users=sockets.shows_users)

    def close_view(self, request):
        sockets = Sockets(self.admin_site, request)
        sealed = request.POST.get("socket", "")
        socket = sockets.unseal(sealed)
        if socket is None:
            messages.error(request, _("Nothing was closed: find the socket again."))
            return self._to("sockets")
        channel, username, address = socket
        if "confirmed" not in request.POST:
            return self._page(request, "layer_close", _("Close this socket?"), sealed=sealed,
                              channel=channel, username=username, address=address)
        said = "Closed the socket of %s, from %s." % (username or "nobody", address or "nowhere")
        self._act(request, channel, said, lambda: sockets.close(channel),
                  _("The socket has been told to close."))
        return self._to("sockets")

    def drain_view(self, request):
        layer = default_layer()
        name = request.POST.get("daphne", "")
        try:
            others, daphne = daphnes(layer, name)
        except RedisError as error:
            outages.note(error)
            daphne = None
        if daphne is None:
            messages.error(request, _("Nothing was done: there is no such daphne to drain."))
            return self._to("changelist")
        if "confirmed" not in request.POST:
            return self._page(request, "layer_drain", _("Drain this daphne?"), daphne=daphne,
                              is_last=not others)
        self._act(request, name, "Told the daphne to end.",
                  lambda: capabilities_of(layer).drain(name),
                  _("The daphne has been told to shut down."))
        # No redirect: the next request may find nobody listening.
        return self._page(request, "layer_drained", name, seconds=settings.DRAIN_LIMIT)

    def _act(self, request, name, said, act, answer):
        """Acts only once the log entry is written."""
        layer = default_layer()
        try:
            with transaction.atomic():
                self._log(request, name, said)
                act()
        except (RedisError, layer.ChannelFull) as error:
            logger.error("%s: %s failed: %r", name, said, error)
            messages.error(request, _(
                "The request couldn't be sent: the channel layer is unavailable, or full."))
            return
        logger.warning("%s %s By user %s (%s)", name, said, request.user.pk,
                       request.user.get_username())
        messages.success(request, answer)

    def _log(self, request, name, said):
        from django.contrib.admin.models import CHANGE, LogEntry
        from django.contrib.contenttypes.models import ContentType
        LogEntry.objects.log_action(
            request.user.pk, ContentType.objects.get_for_model(Layer).pk, None, name, CHANGE, said)

    def _page(self, request, template, title, **context):
        context = dict(
            self.admin_site.each_context(request), opts=self.opts, title=title,
            may_close=may(request, "close_socket"), may_drain=may(request, "drain_daphne"),
            **context)
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "channels_lts/admin/%s.html" % template, context)

    def _to(self, name):
        return redirect(reverse("admin:" + name_of(name), current_app=self.admin_site.name))


def default_layer():
    return channel_layers[DEFAULT_CHANNEL_LAYER]


def may(request, permission):
    return request.user.has_perm("channels_lts.%s" % permission)


def name_of(page):
    return "channels_lts_layer_%s" % page


def daphnes(layer, name):
    """
    (number of other daphnes, the daphne with this name); None if it can't be told to shut down.
    """
    if not capabilities_of(layer).knows_daphnes:
        return 0, None
    found = [each for each in capabilities_of(layer).alive("interface")
             if each.get("drains") and not each.get("is_draining")]
    return len(found) - 1, next((each for each in found if each["name"] == name), None)
