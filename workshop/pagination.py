from django.utils.translation import ugettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import PageNumberPagination


class BoundedPagination(PageNumberPagination):
    """REST framework's, without pages of unlimited length for clients that ask for "many" rows."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 500

    def paginate_queryset(self, queryset, request, view=None):
        self.check(request, self.page_query_param, self.last_page_strings)
        self.check(request, self.page_size_query_param)
        return super().paginate_queryset(queryset, request, view)

    def check(self, request, name, words=()):
        value = request.query_params.get(name, "1")
        is_number = value.isdecimal() and len(value) <= 18 and int(value) > 0
        if not is_number and value not in words:
            raise ValidationError({name: [_("number must be a whole number, 1 or more.")]})
