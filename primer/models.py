from django.db import models
from django.utils.translation import ugettext_lazy as _

from channels_lts.binding import BoundManager


class IntegerValue(models.Model):
    name = models.CharField(_("name"), max_length=100, unique=True)
    value = models.IntegerField(_("value"), default=0)

    objects = BoundManager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("integer value")
        verbose_name_plural = _("integer values")
        ordering = ["id"]

    def __str__(self):
        return self.name
