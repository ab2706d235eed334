"""
What a binding would leave out without a word. Bindings are known once they are imported: by an
app, or by the routing.
"""
from channels.binding.base import BindingMetaclass
from channels.routing import Router
from django.core.checks import Warning, register
from django.core.exceptions import FieldDoesNotExist

from channels_lts.conf import settings

from .manager import BoundQuerySet
from .websockets import WebsocketBinding

ALL = "__all__"


@register()
def known_bindings(app_configs, **kwargs):
    return [problem for binding in _bindings() for problem in problems_of(binding)]


@register(deploy=True)
def routed_bindings(app_configs, **kwargs):
    """Those that only the routing imports, which other commands than a worker's never do."""
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
        if all(getattr(binding, name) is getattr(WebsocketBinding, name)
               for name in ("serialize", "serialize_data")):  # else any name may be right
            yield from _wrong_fields(binding, model)
        yield from _silent_managers(binding, model)


def _wrong_fields(binding, model):
    for attribute in "fields", "exclude":
        for name in _listed(getattr(binding, attribute)):
            reason = _why_not(model, name)
            if reason:
                yield Warning(
                    "%s.%s names %r, which %s." % (binding.__name__, attribute, name, reason),
                    hint="A binding sends columns and many-to-many fields of its model. For "
                         "anything else override serialize_data.",
                    obj=binding, id="channels_lts.W021")


def _listed(names):
    return [] if names is None or ALL in names else names


def _why_not(model, name):
    """Why a binding can't send what the model calls so; None if it can."""
    meta = model._meta
    if name in [field.name for field in list(meta.concrete_fields) + list(meta.many_to_many)]:
        return None
    try:
        field = meta.get_field(name)
    except FieldDoesNotExist:
        return "%s hasn't got" % meta.label
    if field.auto_created:
        return "is a relation that another model has to %s" % meta.label
    return "is a %s, without a column of its own" % type(field).__name__


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
