"""
The names of the pages that people have open, limited to what the viewer may see.
"""
from collections import defaultdict, namedtuple

from django.apps import apps
from django.contrib.admin.utils import quote
from django.core.exceptions import ValidationError
from django.urls import NoReverseMatch, reverse
from django.utils.encoding import force_text
from django.utils.text import Truncator, capfirst
from django.utils.translation import ugettext as _

from .action_lock import valid

LONG = 60  # characters, for a row's name

Link = namedtuple("Link", "text url")  # `url` may be None


class PageNames:
    """
    site: the AdminSite.
    request: of the viewer.
    """

    def __init__(self, site, request):
        self.site = site
        self.request = request
        self.admins = {}
        self.rows = defaultdict(dict)

    def visible(self, pages):
        """The Places that the viewer may hear of: those of models they may change."""
        return [page for page in pages if not page.model or self.admin_of(page.model)]

    def admin_of(self, label):
        if label not in self.admins:
            admin = self.site._registry.get(apps.get_model(label))
            may = admin is not None and admin.has_change_permission(self.request)
            self.admins[label] = admin if may else None
        return self.admins[label]

    def load(self, pages):
        """Loads the rows of these visible Places, with one query per model."""
        keys = defaultdict(list)
        for page in pages:
            if page.pk:
                keys[page.model].append(page.pk)
        for label, pks in keys.items():
            self.rows[label] = self.rows_of(self.admin_of(label), pks)

    def rows_of(self, admin, pks):
        """{key: row} for the rows that the viewer may change."""
        found = admin.get_queryset(self.request).filter(pk__in=list(valid(admin.opts.pk, pks)))
        return {row.pk: row for row in found if admin.has_change_permission(self.request, row)}

    def link(self, page):
        """
        A visible Place's name and URL. For a row that the viewer may not see, those of its list.
        """
        if not page.model:
            return Link(_("Overview"), None)
        admin = self.admin_of(page.model)
        row = self.row(page, admin)
        if row is None:
            return Link(capfirst(admin.opts.verbose_name_plural), self.url(admin, "changelist"))
        text = "%s “%s”" % (capfirst(admin.opts.verbose_name), force_text(row))
        return Link(Truncator(text).chars(LONG), self.url(admin, "change", quote(row.pk)))

    def row(self, page, admin):
        try:
            return self.rows[page.model].get(admin.opts.pk.to_python(page.pk))
        except ValidationError:  # a list, or the model has changed since
            return None

    def url(self, admin, name, *args):
        try:
            return reverse("admin:%s_%s_%s" % (admin.opts.app_label, admin.opts.model_name, name),
                           args=args, current_app=self.site.name)
        except NoReverseMatch:  # a ModelAdmin may have other URLs
            return None
