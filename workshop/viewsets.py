from django.db import transaction
from rest_framework import viewsets

from channels_lts.binding.merge import Merge
from channels_lts.binding.row_input import changes, columns

from .serializers import base_in


class RowViewSet(viewsets.ModelViewSet):
    """
    Rows of a RowSerializer. The row stays locked from reading to commit, so a write undoes nothing
    that it hasn't seen; with `base` in its body, it is refused if it conflicts with what the client
    hasn't seen either (docs/bindings.md). The binding is notified as of its own writes.
    """

    @property
    def binding(self):
        return self.serializer_class.Meta.binding()

    def create(self, request, *args, **kwargs):
        with transaction.atomic(using=self.binding.using):
            return super().create(request, *args, **kwargs)

    def update(self, request, *args, **kwargs):
        with transaction.atomic(using=self.binding.using):
            return super().update(request, *args, **kwargs)

    def destroy(self, request, *args, **kwargs):
        with transaction.atomic(using=self.binding.using):
            return super().destroy(request, *args, **kwargs)

    def filter_queryset(self, queryset):
        """
        A write names its row, and needs no list: a filter's joins couldn't be locked. (The
        browsable API asks outside a transaction which forms to show.)
        """
        is_write = self.action in ("update", "partial_update", "destroy")
        if is_write and transaction.get_connection(self.binding.using).in_atomic_block:
            return queryset.select_for_update()
        return super().filter_queryset(queryset)

    def perform_create(self, serializer):
        super().perform_create(serializer)
        self.written("create", serializer.instance)

    def perform_update(self, serializer):
        before = columns(serializer.instance)
        super().perform_update(serializer)
        fields = changes(before, columns(serializer.instance))
        if fields:
            self.written("update", serializer.instance, fields)

    def written(self, action, row, fields=()):
        self.binding.written(self.request.user, action, row, fields)

    def perform_destroy(self, instance):
        base = base_in(self.request.data)
        if base is not None:
            Merge(self.binding, instance, base).check()
        self.written("delete", instance)
        super().perform_destroy(instance)
