"""
The REST API's search.
"""
from rest_framework import filters

from channels_lts.security.texts import nfc


class SearchFilter(filters.SearchFilter):
    """REST framework's, for words in the form in which texts are stored."""

    def get_search_terms(self, request):
        return [nfc(term) for term in super().get_search_terms(request)]
