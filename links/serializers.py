from django.contrib.auth import get_user_model
from rest_framework import serializers

from workshop.rest import LengthFirst

from .bindings import LinkBinding, LinkTagBinding, TagBinding
from .models import Link, LinkTag, Tag


class UserSerializer(serializers.ModelSerializer):
    """No e-mail address and no flags: anonymous visitors read this."""

    class Meta:
        model = get_user_model()
        fields = ["id", "username"]


class TagSerializer(LengthFirst, serializers.ModelSerializer):
    class Meta:
        model = Tag
        fields = TagBinding.fields


class LinkSerializer(LengthFirst, serializers.ModelSerializer):
    """The same shape as the frames: keys for `user` and `tags`. Tags are set by /linktags/."""

    class Meta:
        model = Link
        fields = LinkBinding.fields
        read_only_fields = ["tags"]


class LinkTagSerializer(LengthFirst, serializers.ModelSerializer):
    class Meta:
        model = LinkTag
        fields = LinkTagBinding.fields
