"""
What a query of the REST API asks for, taken literally: unknown parameters are answered with 400 and
their names, not with all rows.
"""
from django.utils.translation import ugettext as _
from rest_framework import filters
from rest_framework.exceptions import ValidationError
from rest_framework.settings import api_settings


class KnownParametersFilter(filters.BaseFilterBackend):
    """Filters nothing. Raises ValidationError for a parameter that nothing here reads."""

    def filter_queryset(self, request, queryset, view):
        if not request.query_params:
            return queryset
        known = {each["name"] for each in parameters(view)} | {api_settings.URL_FORMAT_OVERRIDE}
        unknown = set(request.query_params) - known
        if unknown:
            raise ValidationError({name: [_("There is no such parameter.")] for name in unknown})
        return queryset


def parameters(view):
    """Those read by the other filters and the pagination of `view`, as in OpenAPI."""
    readers = [backend() for backend in view.filter_backends] + [view.paginator]
    return [each for reader in readers for each in reader.get_schema_operation_parameters(view)]


class OrderingFilter(filters.OrderingFilter):
    """REST framework's, which ignores unknown fields."""

    def remove_invalid_fields(self, queryset, fields, view, request):
        valid = super().remove_invalid_fields(queryset, fields, view, request)
        unknown = [field for field in fields if field not in valid]
        if unknown:
            raise ValidationError({self.ordering_param: [
                _("Rows can\'t be ordered by %(field)s.") % {"field": unknown[0][:50]}]})
        return valid
