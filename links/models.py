from difflib import SequenceMatcher

from django.conf import settings
from django.db import models
from django.utils.translation import ugettext_lazy as _

from channels_lts.binding import BoundManager

SIMILAR = 0.7  # the least difflib ratio of two names that count as similar


class Tag(models.Model):
    name = models.CharField(_("name"), max_length=30)
    description = models.TextField(_("description"), blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), related_name="tags",
        on_delete=models.SET_NULL, null=True, blank=True)

    objects = BoundManager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["id"]

    def __str__(self):
        return self.name

    def get_similars(self, ratio=SIMILAR):
        """
        The other tags with a name like this one's, most similar first.

        `ratio` is difflib's, from 0 (nothing in common) to 1 (the same but for upper case).
        """
        name = self.name.lower()
        likeness = SequenceMatcher(b=name)
        found = []
        for tag in Tag.objects.exclude(pk=self.pk):
            likeness.set_seq1(tag.name.lower())
            if likeness.real_quick_ratio() >= ratio and likeness.ratio() >= ratio:
                found.append((-likeness.ratio(), tag.pk, tag))
        return [tag for _ratio, _pk, tag in sorted(found, key=lambda entry: entry[:2])]


class Link(models.Model):
    name = models.CharField(_("name"), max_length=30)
    url = models.URLField(_("url"))
    pending = models.BooleanField(_("pending"), default=False)
    description = models.TextField(_("description"), blank=True)
    tags = models.ManyToManyField(
        Tag, verbose_name=_("tags"), through="LinkTag", related_name="links")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), related_name="links",
        on_delete=models.CASCADE)

    objects = BoundManager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["id"]

    def __str__(self):
        return self.name


class LinkTag(models.Model):
    link = models.ForeignKey(Link, verbose_name=_("link"), on_delete=models.CASCADE)
    tag = models.ForeignKey(Tag, verbose_name=_("tag"), on_delete=models.CASCADE)

    objects = BoundManager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("link's tag")
        verbose_name_plural = _("link's tags")
        ordering = ["id"]
        unique_together = [("link", "tag")]

    def __str__(self):
        return "%s: %s" % (self.link, self.tag)
