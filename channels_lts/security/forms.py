"""
Forms that check how long a value is before doing anything with it, and that turn a field's own
failures into validation errors.

Django normalises a value (NFKC is quadratic in combining characters), matches it against regular
expressions, hashes it or converts it to a number, and only then says that it is too long.
"""
import re
from collections import OrderedDict

from django import forms
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import AdminURLFieldWidget
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models, router
from django.forms.utils import ErrorDict

from channels_lts.conf import settings

from .errors import BadRequest
from .refused_rows import RefusedRows
from .storable import Unfit, check_storable, find_unfit, fit
from .texts import nfc

MAX_TEXT = 64 * 2 ** 10  # characters, for a text without max_length
MAX_VALUE = 1000  # for anything but text: numbers, dates, choices, keys
UNANSWERABLE = {"range", "search", "regex", "iregex"}
YEAR = re.compile(r"0{0,3}[1-9][0-9]{0,3}\Z")


def limit(field, name=None):
    """The maximum length in characters of a form field's value."""
    most = getattr(field, "max_length", None)
    if most is None:
        is_text = type(field) is forms.CharField or isinstance(field.widget, forms.Textarea)
        most = MAX_TEXT if is_text else MAX_VALUE
    return min(most, (settings.MAX_FIELD_LENGTHS or {}).get(name, most))


def check_length(value, most):
    """
    Raises ValidationError for a text of more than `most` characters, not counting surrounding white
    space (forms strip it), or for a list that contains one.
    """
    if isinstance(value, (list, tuple)):
        for each in value:
            check_length(each, most)
    elif isinstance(value, str) and len(value) > most:
        MaxLengthValidator(most)(value.strip())


class LengthFirst:
    """
    A mixin for forms: fields only clean what isn't too long, and whatever they raise becomes a
    ValidationError. `self.fields` is unchanged before and after.
    """

    def _clean_fields(self):
        errors = dict(self.find_too_long())
        try:
            self.clean_but(errors)
        except Exception:
            unfit = dict(self.find_unfit(errors))
            if not unfit:
                raise  # the form's own
            errors.update(unfit)
            self._errors, self.cleaned_data = ErrorDict(), {}
            self.clean_but(errors)
        for name, error in errors.items():
            self.add_error(name, error)

    def clean_but(self, names):
        fields = self.fields
        self.fields = OrderedDict(
            (name, field) for name, field in fields.items() if name not in names)
        try:
            super()._clean_fields()
        finally:
            self.fields = fields
        for name, value in self.cleaned_data.items():
            if isinstance(value, str) and getattr(fields.get(name), "strip", False):
                self.cleaned_data[name] = nfc(value)  # not for passwords, which aren't stripped

    def sent(self):
        """(name, field, submitted value) of all fields that aren't files."""
        for name, field in self.fields.items():
            if not field.disabled and not isinstance(field, forms.FileField):
                yield name, field, field.widget.value_from_datadict(
                    self.data, self.files, self.add_prefix(name))

    def find_too_long(self):
        for name, field, value in self.sent():
            try:
                check_length(value, limit(field, name))
            except ValidationError as error:
                yield name, error

    def find_unfit(self, but):
        for name, field, value in self.sent():
            try:
                if name not in but:
                    fit(field, field.clean, value)
            except Unfit as error:
                yield name, error
            except ValidationError:
                pass


class LengthFirstModelForm(LengthFirst, forms.ModelForm):
    """Also covers failures in the model's fields and the columns."""

    def _post_clean(self):
        try:
            super()._post_clean()
        except Exception:
            unfit = dict(find_unfit(self.instance, self.columns()))
            if not unfit:
                raise  # the model's own
            for name, error in unfit.items():
                self.add_error(name, error)
        for name, error in list(self.find_unstorable()):
            self.add_error(name, error)

    def columns(self):
        """The names of the model's columns that have been cleaned without an error so far."""
        return [field.name for field in self.instance._meta.concrete_fields
                if field.name in self.cleaned_data and not isinstance(field, models.FileField)]

    def find_unstorable(self):
        using = router.db_for_write(type(self.instance), instance=self.instance)
        for name in self.columns():
            field = self.instance._meta.get_field(name)
            try:
                check_storable(field, field.value_from_object(self.instance), using)
            except ValidationError as error:
                yield name, error


class URLWidget(AdminURLFieldWidget):
    """
    Django's own validates and quotes any submitted value, to link it: in quadratic time, and
    urlsplit raises for "http://[".
    """

    def get_context(self, name, value, attrs):
        try:
            check_length(value, MAX_VALUE)
            return super().get_context(name, value, attrs)
        except (ValidationError, ValueError):
            context = super().get_context(name, "", attrs)
            context["widget"]["value"] = value
            return context


def is_answerable(lookup, value):
    """
    Whether a change list may be filtered by this lookup in its URL. Django passes a text
    to lookups that need a list, or PostgreSQL's search, and accepts the year 0, which raises when
    the query runs; and a regular expression takes any amount of time (on SQLite, in Python).
    """
    transforms = lookup.split("__")[1:]
    return (UNANSWERABLE.isdisjoint(transforms)
            and ("year" not in transforms or YEAR.match(value) is not None))


class LengthFirstAdmin(RefusedRows):
    """A mixin for the admin's classes, of models and of inlines."""
    form = LengthFirstModelForm
    formfield_overrides = {models.URLField: {"widget": URLWidget}}

    def get_changelist_form(self, request, **kwargs):
        kwargs.setdefault("form", LengthFirstModelForm)
        return super().get_changelist_form(request, **kwargs)

    def lookup_allowed(self, lookup, value):
        return is_answerable(lookup, value) and super().lookup_allowed(lookup, value)

    def response_action(self, request, queryset):
        """Django queries the ticked rows, whatever their keys look like."""
        key = self.model._meta.pk
        for value in request.POST.getlist(ACTION_CHECKBOX_NAME):
            try:
                key.to_python(value)
            except ValidationError:
                raise BadRequest("an action on rows that can't be")
        return super().response_action(request, queryset)

    def get_search_results(self, request, queryset, search_term):
        """Searches in the form in which texts are stored."""
        return super().get_search_results(request, queryset, nfc(search_term))

    def get_object(self, request, object_id, from_field=None):
        """`?_to_field=` is a field without a name."""
        return super().get_object(request, object_id, from_field or None)
