from django.contrib.auth import get_user_model
from rest_framework import serializers

from workshop.serializers import RowListSerializer, RowSerializer

from .bindings import LinkBinding, LinkTagBinding, TagBinding
from .models import Link, LinkTag, Tag


class UserSerializer(serializers.ModelSerializer):
    """No e-mail address and no flags: anonymous visitors can read this."""

    class Meta:
        model = get_user_model()
        fields = ["id", "username"]


class TagSerializer(RowSerializer):
    class Meta:
        model = Tag
        binding = TagBinding
        list_serializer_class = RowListSerializer
        fields = TagBinding.fields


class LinkSerializer(RowSerializer):
    """The same shape as the frames: keys for `user` and `tags`. Tags are set through /linktags/."""

    class Meta:
        model = Link
        binding = LinkBinding
        list_serializer_class = RowListSerializer
        fields = LinkBinding.fields
        read_only_fields = ["tags"]


class LinkTagSerializer(RowSerializer):
    class Meta:
        model = LinkTag
        binding = LinkTagBinding
        list_serializer_class = RowListSerializer
        fields = LinkTagBinding.fields
