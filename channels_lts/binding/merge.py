"""
A client's change to a row, merged with what others have changed since the client saw it.
"""
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.utils.translation import ugettext as _

from ..frames import encode
from .errors import BindingError
from .values import WrongType, is_writable, readable, to_python


class Merge:
    """
    A three-way merge: `base` is what the client started from, {name: JSON value}, `instance` the
    current row, which should be locked. Names and values are those that the `binding` shows of a
    row, so a client learns nothing that its frames don't contain. Raises BindingError for an
    invalid base.
    """

    def __init__(self, binding, instance, base):
        self.binding = binding
        self.instance = instance
        self.now = readable(binding.serialize_data(instance))
        if not isinstance(base, dict):
            raise BindingError("bad_data", _("base must be an object."))
        self.base = base
        self.refuse(set(base) - set(self.now), _("There is no such field here."))

    def changes(self, data):
        """
        The part of `data` that differs from the base: the rest is left alone. Raises BindingError
        if the base lacks one of its fields, or if somebody else has given one of the changed fields
        another value.
        """
        self.refuse((set(data) & set(self.now)) - set(self.base),
                    _("base must say what this field was."))
        mine = {name: value for name, value in data.items()
                if name not in self.base or not self.is_same(name, value, self.base[name])}
        self.check(name for name in mine if name in self.base
                   and not self.is_same(name, mine[name], self.now[name]))
        return mine

    def check(self, names=None):
        """Raises BindingError unless these fields, or all in the base, are unchanged."""
        changed = [name for name in (self.base if names is None else names)
                   if not self.is_same(name, self.base[name], self.now[name])]
        if changed:
            raise BindingError(
                "conflict", _("Somebody else has changed this meanwhile."),
                {name: [_("Somebody else has changed this meanwhile.")] for name in changed},
                row={"pk": self.binding.key_of(self.instance), "data": self.now})

    @staticmethod
    def refuse(names, message):
        if names:
            raise BindingError(
                "bad_data", _("Some values aren't accepted."), {name: [message] for name in names})

    def is_same(self, name, value, other):
        """Whether both values mean the same for this field."""
        if encode(value) == encode(other):
            return True
        try:
            field = self.instance._meta.get_field(name)
            return is_writable(field) and to_python(field, value) == to_python(field, other)
        except (FieldDoesNotExist, ValidationError, WrongType):
            return False
