from django.contrib.auth import get_user_model
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from workshop.pagination import BoundedPagination
from workshop.permissions import PERMISSIONS, may_write_by_socket

from .api import LinkViewSet, TagViewSet
from .bindings import LinkBinding, TagBinding
from .models import Link
from .rows import Rows
from .serializers import UserSerializer

FIRST_ROWS = BoundedPagination.max_page_size


@require_safe
def links_detail(request):
    """The links page with its first rows; the page's script fetches `next` if there are more."""
    links = list(LinkViewSet.queryset.all()[:FIRST_ROWS + 1])
    more = len(links) > FIRST_ROWS
    shown = {link.user_id for link in links} | {request.user.pk} - {None}
    users = list(get_user_model().objects.filter(is_active=True, pk__in=shown)
                 .order_by("pk").values(*UserSerializer.Meta.fields))
    data = {
        "links": LinkBinding().serialize_rows(links[:FIRST_ROWS]),
        "tags": TagBinding().serialize_rows(TagViewSet.queryset.all()[:FIRST_ROWS]),
        "users": users,
        "next": "%s?page=2&page_size=%d" % (reverse("links:link-list"), FIRST_ROWS)
                if more else None,
        "can": {permission: may_write_by_socket(request.user, action, Link)
                for action, permission in PERMISSIONS.items()},
        "me": next((user for user in users if user["id"] == request.user.pk), None),
    }
    return render(request, "links/links_detail.html", {
        "data": data, "rows": Rows(data, request.GET)})
