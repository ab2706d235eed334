"""
What the REST API accepts for a row, and how it shows one.
"""
from collections.abc import Mapping

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DataError, transaction
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import SkipField

from channels_lts.binding import values
from channels_lts.binding.merge import Merge
from channels_lts.security.forms import MAX_TEXT, MAX_VALUE, check_length
from channels_lts.security.storable import Unfit, check_storable, fit, refused_by_database
from channels_lts.security.texts import nfc


class RowListSerializer(serializers.ListSerializer):
    def to_representation(self, data):
        return self.child.Meta.binding().serialize_rows(list(data))


class RowSerializer(serializers.ModelSerializer):
    """
    Rows in the shape of the frames of `Meta.binding`; input is checked just as strictly: the length
    of a text first (REST framework runs all validators of a field, including those that take long
    over a text that the first one has found too long), and every error is a validation error. A
    value sent back unchanged is ignored; with a `base` beside them, so is one that equals its base,
    and changing what somebody else has changed since raises BindingError.
    """

    unchanged = frozenset()

    @property
    def _writable_fields(self):
        return [field for field in super()._writable_fields
                if field.field_name not in self.unchanged]

    def to_representation(self, instance):
        return self.Meta.binding().serialize_data(instance)

    def to_internal_value(self, data):
        if isinstance(data, Mapping):
            self.unchanged = frozenset(self.find_unchanged(data))
            self.refuse(self.find_too_long(data))
        found = self.fit_values(data)
        self.refuse(self.find_unstorable(found))
        return {name: nfc(value) if isinstance(value, str) else value
                for name, value in found.items()}

    def fit_values(self, data):
        try:
            return super().to_internal_value(data)
        except (ValidationError, DjangoValidationError):
            raise
        except Exception:
            self.refuse(self.find_unfit(data))
            raise

    @staticmethod
    def refuse(errors):
        errors = dict(errors)
        if errors:
            raise ValidationError(errors)

    def find_unchanged(self, data):
        if self.instance is None:
            return
        changes = self.find_changes(data)
        for field in super()._writable_fields:
            shown = self.Meta.binding().serialize_field(self.instance, field.source)
            name = field.field_name
            if name in data and (name not in changes or data[name] == shown):
                yield name

    def find_changes(self, data):
        base = base_in(data)
        if base is None:
            return data
        names = [field.field_name for field in super()._writable_fields]
        sent = {name: data[name] for name in names if name in data}
        return Merge(self.Meta.binding(), self.instance, base).changes(sent)

    def find_too_long(self, data):
        for field in self._writable_fields:
            value = field.get_value(data)
            try:
                check_length(value, limit(field))
                if isinstance(value, str):
                    values.text(value)
            except DjangoValidationError as error:
                yield field.field_name, error.messages

    def find_unfit(self, data):
        for field in self._writable_fields:
            try:
                fit(field, field.run_validation, field.get_value(data),
                    expected=[ValidationError, SkipField])
            except Unfit as error:
                yield field.field_name, error.messages
            except (DjangoValidationError, ValidationError, SkipField):
                pass

    def find_unstorable(self, found):
        for field, value in self.columns(found):
            try:
                check_storable(field, value, self.Meta.binding().using)
            except DjangoValidationError as error:
                yield field.name, error.messages

    def columns(self, found):
        for name, value in found.items():
            yield self.Meta.model._meta.get_field(name), getattr(value, "pk", value)

    def save(self, **kwargs):
        """Reloads the row as now stored."""
        binding = self.Meta.binding()
        try:
            with transaction.atomic(using=binding.using):  # one that fails ends a transaction
                super().save(**kwargs)
        except DataError:
            self.refuse((field.name, Unfit().messages) for field in refused_by_database(
                self.columns(self.validated_data), binding.using))
            raise
        self.instance = binding.rows([self.instance.pk], binding.using).get(
            self.instance.pk, self.instance)
        return self.instance


def limit(field):
    """The maximum length of its value in characters."""
    most = getattr(field, "max_length", None)
    if most is not None:
        return most
    return MAX_TEXT if type(field) is serializers.CharField else MAX_VALUE


def base_in(data):
    """The state that the client started from, according to the request's body, or None."""
    return data.get("base") if isinstance(data, Mapping) else None
