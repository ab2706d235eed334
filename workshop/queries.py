"""
What a query of the REST API asks for, taken at its word: what isn't understood is answered 400 by
its name, and not with all rows.
"""
from django.utils.translation import ugettext as _
from rest_framework import filters
from rest_framework.exceptions import ValidationError
from rest_framework.settings import api_settings


class KnownParametersFilter(filters.BaseFilterBackend):
    """Leaves out no row. Raises ValidationError over a parameter that nobody here reads."""

    def filter_queryset(self, request, queryset, view):
        if not request.query_params:
            return queryset
        known = {each["name"] for each in parameters(view)} | {api_settings.URL_FORMAT_OVERRIDE}
        unknown = set(request.query_params) - known
        if unknown:
            raise ValidationError({name: [_("There is no such parameter.")] for name in unknown})
        return queryset


def parameters(view):
    """Those that the other filters and the pages of `view` read, as OpenAPI has them."""
    readers = [backend() for backend in view.filter_backends] + [view.paginator]
    return [each for reader in readers for each in reader.get_schema_operation_parameters(view)]


class OrderingFilter(filters.OrderingFilter):
    """REST framework's, which leaves out a field that it doesn't know."""

    def remove_invalid_fields(self, queryset, fields, view, request):
        valid = super().remove_invalid_fields(queryset, fields, view, request)
        unknown = [field for field in fields if field not in valid]
        if unknown:
            raise ValidationError({self.ordering_param: [
                _("Rows can\'t be ordered by %(field)s.") % {"field": unknown[0][:50]}]})
        return valid
