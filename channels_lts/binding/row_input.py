"""
The data a client sends for a row.
"""
from django.core.exceptions import ValidationError
from django.utils.translation import ugettext as _

from ..frames import encode
from ..security.storable import Unfit, check_storable, find_unfit, refused_by_database
from .errors import BindingError
from .values import WrongType, is_writable, to_python


class RowInput:
    """
    `data`, {name: JSON value}, for an `instance` of the `binding`'s model.

    Only fields of the binding that a client may set are accepted (values.is_writable). Others are
    refused unless they equal the row's values, so that a client may send a whole row back; where
    refusals aren't reported, they are ignored, as in channels.
    """

    def __init__(self, binding, instance, data):
        self.binding = binding
        self.instance = instance
        self.data = data
        self.changed = []  # by an update: the names of the fields that have another value now

    def create(self):
        """Sets the values and cleans all fields. Raises BindingError and ValidationError."""
        self.clean(self.set_all(), unsent=[])

    def update(self):
        """
        Sets the values and cleans these fields; an old value, in another field or sent back
        unchanged, is no reason to refuse. Returns the names of the fields to save: those sent,
        those that the model's clean() changed, and auto_now fields. Raises BindingError and
        ValidationError.
        """
        before = columns(self.instance)
        kept = [name for name, value in self.data.items()
                if self.may_set(name) and self.is_unchanged(name, value)]
        errors = self.set_all(but=kept)
        fields = [field.name for field in self.instance._meta.fields]
        self.clean(errors, unsent=[
            name for name in fields if name not in self.data or name in kept])
        self.changed = changes(before, columns(self.instance))
        names = set(self.changed)
        names.update(name for name in self.data if self.may_set(name))
        if names:
            names.update(field.name for field in self.instance._meta.concrete_fields
                         if getattr(field, "auto_now", False))
        return names

    def set_all(self, but=()):
        """Returns {name: ValidationError}; raises BindingError."""
        errors, types = {}, {}
        for name, value in self.data.items():
            if name in but:
                continue
            try:
                self.set(name, value)
            except ValidationError as error:
                errors[name] = error
            except WrongType as error:
                types[name] = [str(error)]
        if types:
            raise BindingError("bad_data", _("Some values aren't accepted."), types)
        return errors

    def set(self, name, value):
        if not self.may_set(name):
            self.refuse(name, value)
            return
        field = self.instance._meta.get_field(name)
        python = to_python(field, value)
        if python is None and not field.null:
            raise ValidationError(field.error_messages["null"], code="null")
        check_storable(field, python, self.binding.using)
        setattr(self.instance, field.attname, python)

    def may_set(self, name):
        return name in self.binding.field_names() and is_writable(
            self.instance._meta.get_field(name))

    def refuse(self, name, value):
        """Raises WrongType, unless it makes no difference or refusals aren't reported."""
        if not self.binding.answers():
            return
        if name not in self.binding.field_names():
            raise WrongType(_("There is no such field here."))
        if not self.is_unchanged(name, value):
            raise WrongType(_("This field can't be set here."))

    def is_unchanged(self, name, value):
        """Whether it is the value the server would send."""
        return encode(value) == encode(self.binding.serialize_field(self.instance, name))

    def clean(self, errors, unsent):
        """Like full_clean, but checks unique fields whether or not all of them were sent."""
        known = dict(errors)
        if self.binding.has_validation():
            self.run(self.clean_fields, known, set(known) | set(unsent))
            self.run(self.instance.validate_unique, known, set(known))
        if known:
            raise ValidationError(known)

    def run(self, clean, known, exclude):
        """Runs `clean`, and adds what it finds to the `known` errors."""
        try:
            clean(exclude=list(exclude))
        except ValidationError as error:
            known.update(error.update_error_dict({}))

    def clean_fields(self, exclude):
        try:
            self.instance.full_clean(exclude=exclude, validate_unique=False)
        except ValidationError:
            raise
        except Exception:
            names = [field.name for field in self.instance._meta.fields]
            unfit = dict(find_unfit(self.instance, set(names) - set(exclude)))
            if not unfit:
                raise  # the model's clean()
            raise ValidationError(unfit)


def columns(instance):
    return {field.name: getattr(instance, field.attname)
            for field in instance._meta.concrete_fields}


def changes(before, after):
    """The names of the fields whose `columns` differ, in the model's order."""
    return [name for name, value in after.items() if value != before[name]]


def blame(binding, data):
    """After a DataError: the ValidationError that names the fields whose values caused it."""
    fields = [binding.model._meta.get_field(name) for name in data
              if name in binding.field_names()]
    values = [(field, to_python(field, data[field.name])) for field in fields
              if is_writable(field)]
    names = [field.name for field in refused_by_database(values, binding.using)]
    return ValidationError({name: Unfit() for name in names}) if names else Unfit()
