"""
Has no table: carries the admin's page of the channel layer (admin/layer.py), and its permissions.
"""
from django.db import models
from django.utils.translation import ugettext_lazy as _


class NoRows(models.Manager):
    """Finds none, and asks no table: the admin's "view on site" looks for a row of any model."""

    def get_queryset(self):
        return super().get_queryset().none()


class Layer(models.Model):
    """The channel layer. Its permissions are independent: none includes another."""

    objects = NoRows()

    class Meta:
        managed = False
        base_manager_name = "objects"
        default_permissions = ()
        permissions = (
            ("view_layer", "Can see what goes on on the channel layer"),
            ("close_socket", "Can find sockets and close them"),
            ("drain_daphne", "Can have a daphne end"),
        )
        verbose_name = _("channel layer")
        verbose_name_plural = _("channel layer")
