from django.contrib.auth import get_user_model
from rest_framework import viewsets

from workshop.viewsets import RowViewSet

from .filters import LinkFilter, LinkTagFilter, TagFilter
from .models import Link, LinkTag, Tag
from .serializers import LinkSerializer, LinkTagSerializer, TagSerializer, UserSerializer


class UserViewSet(viewsets.ReadOnlyModelViewSet):
    """Accounts are read here and managed in the admin."""

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
    queryset = Link.objects.order_by("pk").prefetch_related("tags")
    serializer_class = LinkSerializer
    filterset_class = LinkFilter
    search_fields = ["name", "url", "description"]
    ordering_fields = ["id", "name", "pending"]


class LinkTagViewSet(RowViewSet):
    queryset = LinkTag.objects.order_by("pk")
    serializer_class = LinkTagSerializer
    filterset_class = LinkTagFilter
    ordering_fields = ["id"]
