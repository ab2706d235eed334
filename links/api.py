from django.contrib.auth import get_user_model
from django.http import Http404
from rest_framework import renderers, schemas, views, viewsets

from workshop.openapi import Generator
from workshop.viewsets import RowViewSet

from .filters import LinkFilter, LinkTagFilter, TagFilter
from .models import Link, LinkTag, Tag
from .serializers import LinkSerializer, LinkTagSerializer, TagSerializer, UserSerializer


class UserViewSet(viewsets.ReadOnlyModelViewSet):
    """Accounts are read-only here, and managed in the admin."""

    queryset = get_user_model().objects.filter(is_active=True).order_by("pk")
    serializer_class = UserSerializer
    filterset_fields = ["username"]
    search_fields = ["username"]
    ordering_fields = ["id", "username"]


class TagViewSet(RowViewSet):
    queryset = Tag.objects.order_by("pk")
    serializer_class = TagSerializer
    filterset_class = TagFilter
    search_fields = ["name", "description"]
    ordering_fields = ["id", "name"]


class LinkViewSet(RowViewSet):
    queryset = Link.objects.order_by("pk")
    serializer_class = LinkSerializer
    filterset_class = LinkFilter
    search_fields = ["name", "url", "description"]
    ordering_fields = ["id", "name", "pending"]


class LinkTagViewSet(RowViewSet):
    queryset = LinkTag.objects.order_by("pk")
    serializer_class = LinkTagSerializer
    filterset_class = LinkTagFilter
    ordering_fields = ["id"]


class SchemaRenderer(renderers.JSONOpenAPIRenderer):
    """REST framework's, for clients that ask for plain JSON and don't know its media type."""
    media_type = "application/json"
    format = "json"


schema_view = schemas.get_schema_view(
    generator_class=Generator, public=True, renderer_classes=[SchemaRenderer])


# Answers in the client's format, whatever the method; Django's own 404 is a page.
class NoSuchPath(views.APIView):
    """There is nothing at this address."""

    permission_classes = []
    schema = None

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        raise Http404

    def http_method_not_allowed(self, request, *args, **kwargs):
        raise Http404
