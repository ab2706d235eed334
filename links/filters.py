"""
The filters of the REST API's lists. The browsable API's forms don't list all users or tags, and a
query has at most MOST conditions.
"""
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import ugettext as _
from django_filters import BooleanFilter, CharFilter, ModelChoiceFilter, ModelMultipleChoiceFilter
from django_filters.fields import ModelMultipleChoiceField
from django_filters.filterset import remote_queryset
from django_filters.rest_framework import FilterSet
from django_filters.widgets import BooleanWidget

from channels_lts.security.texts import nfc

from .models import Link, LinkTag, Tag

MOST = 20


class FewChoicesField(ModelMultipleChoiceField):
    def clean(self, value):
        if value and len(value) > MOST:
            raise ValidationError(_("At most %d values are accepted.") % MOST)
        return super().clean(value)


class FewChoicesFilter(ModelMultipleChoiceFilter):
    field_class = FewChoicesField


class NormalField(forms.CharField):
    """Reads texts in the form in which they are stored."""

    def to_python(self, value):
        return nfc(super().to_python(value))


class NormalFilter(CharFilter):
    field_class = NormalField


class TruthWidget(BooleanWidget):
    """django-filter's, which ignores any word that it doesn't know."""

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        return data.get(name) if value is None else value


class TruthField(forms.NullBooleanField):
    widget = TruthWidget

    def to_python(self, value):
        found = super().to_python(value)
        if found is None and value:
            raise ValidationError(_("This must be true or false."))
        return found


class TruthFilter(BooleanFilter):
    field_class = TruthField


def extra(widget):
    return lambda field: {"queryset": remote_queryset(field), "widget": widget}


OVERRIDES = {
    models.BooleanField: {"filter_class": TruthFilter},
    models.CharField: {"filter_class": NormalFilter},
    models.ForeignKey: {"filter_class": ModelChoiceFilter, "extra": extra(forms.NumberInput)},
    models.ManyToManyField: {
        "filter_class": FewChoicesFilter, "extra": extra(forms.MultipleHiddenInput)},
}


class TagFilter(FilterSet):
    class Meta:
        model = Tag
        fields = ["name", "user"]
        filter_overrides = OVERRIDES


class LinkFilter(FilterSet):
    class Meta:
        model = Link
        fields = ["name", "pending", "tags", "user"]
        filter_overrides = OVERRIDES


class LinkTagFilter(FilterSet):
    class Meta:
        model = LinkTag
        fields = ["link", "tag"]
        filter_overrides = OVERRIDES
