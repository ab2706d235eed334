"""
The REST API's search.
"""
from rest_framework import filters

from channels_lts.security.texts import nfc


class SearchFilter(filters.SearchFilter):
    """
    REST framework's, for words in the form in which texts are stored. It ignores words if there is
    nothing to search.
    """

    def get_schema_operation_parameters(self, view):
        is_searched = getattr(view, "search_fields", None)
        return super().get_schema_operation_parameters(view) if is_searched else []

    def get_search_terms(self, request):
        return [nfc(term) for term in super().get_search_terms(request)]
