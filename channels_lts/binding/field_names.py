"""
The names that a binding uses for its model's fields.
"""
from django.core.exceptions import FieldDoesNotExist

ALL = "__all__"


def check_field_names(binding, model):
    """Raises ValueError for a name in `fields`, `exclude` or `owner` that isn't sent or hidden."""
    for attribute in "fields", "exclude", "owner":
        for name in listed(getattr(binding, attribute)):
            reason = why_not(model, name)
            if reason:
                raise ValueError(
                    "%s.%s names %r, which %s. A binding sends columns and many-to-many fields of "
                    "its model; for anything else override serialize_data." % (
                        binding.__name__, attribute, name, reason))


def listed(names):
    if names is None or ALL in names:
        return []
    return [names] if isinstance(names, str) else names


def why_not(model, name):
    """Why a binding can't send the field of this name; None if it can."""
    meta = model._meta
    if name in [field.name for field in list(meta.concrete_fields) + list(meta.many_to_many)]:
        return None
    try:
        field = meta.get_field(name)
    except FieldDoesNotExist:
        return "%s hasn't got" % meta.label
    if field.auto_created:
        return "is a relation that another model has to %s" % meta.label
    if field.concrete:
        return "is the column of the field %r" % field.name
    return "is a %s, without a column of its own" % type(field).__name__
