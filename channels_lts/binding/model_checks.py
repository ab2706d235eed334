"""
Changes that a binding can't notice. Bindings are known once they are imported: by an app, or by
the routing.
"""
from channels.binding.base import BindingMetaclass
from channels.routing import Router
from django.core.checks import Warning, register

from channels_lts.conf import settings

from .manager import BoundQuerySet
from .websockets import WebsocketBinding


@register()
def known_bindings(app_configs, **kwargs):
    return [problem for binding in _bindings() for problem in problems_of(binding)]


@register(deploy=True)
def routed_bindings(app_configs, **kwargs):
    """
    The bindings that only the routing imports, which commands other than runworker never load.
    """
    known = _bindings()
    for layer in settings.CHANNEL_LAYERS.values():
        if "ROUTING" in layer:
            Router(layer["ROUTING"])  # with all that it includes
    return [problem for binding in _bindings() if binding not in known
            for problem in problems_of(binding)]


def _bindings():
    return [each for each in BindingMetaclass.binding_classes
            if issubclass(each, WebsocketBinding) and each.model is not None]


def problems_of(binding):
    """The Warnings of one binding."""
    for model in binding.get_registered_models():
        yield from _silent_managers(binding, model)


def _silent_managers(binding, model):
    managers = list(model._meta.managers) + [model._meta.base_manager]
    silent = sorted({each.name for each in managers if not _is_bound(each)})
    if silent:
        yield Warning(
            "Bulk changes of %s by %s tell no page: Django sends no signal for them." % (
                model._meta.label, ", ".join(silent)),
            hint="Make managers of channels_lts.binding.BoundManager, or with BoundQuerySet, and "
                 "name one in Meta.base_manager_name.",
            obj=binding, id="channels_lts.W022")


def _is_bound(manager):
    return issubclass(getattr(manager, "_queryset_class", object), BoundQuerySet)
