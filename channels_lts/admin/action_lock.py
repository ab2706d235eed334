"""
The optimistic lock for rows an admin action applies to: in the change list and on the action's
confirmation page.
"""
from collections import OrderedDict

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import get_deleted_objects
from django.core.exceptions import ValidationError
from django.db import router
from django.utils.encoding import force_text

from . import differences
from .change_form import listing
from .change_list import Look, complete, version_of
from .pages import Conflict, again, ask
from .row_locks import lock_keys, written_to
from .rows import Row
from .versions import Version, carry


class Ticked:
    """
    The rows selected for an action.

    keys: as they were sent.
    queryset: of all rows that the person may see.
    seen: the Version of the page the person had in front of them.
    """

    def __init__(self, keys, queryset, seen, uncounted=()):
        self.keys = keys
        self.seen = seen
        self.uncounted = uncounted
        self.model = queryset.model
        pks = list(valid(queryset.model._meta.pk, keys))
        self.rows = OrderedDict((force_text(row.pk), self.row(row))
                                for row in complete(list(queryset.filter(pk__in=pks))))

    def row(self, instance):
        state = self.seen.rows.get(force_text(instance.pk), {})
        return Row(instance, columns=state.get("shown", ()), uncounted=self.uncounted)

    def differences(self):
        """A RowDifference for each row that has changed since it was seen."""
        told = [key for key in self.keys if key in self.rows or key in self.seen.rows]
        entries = differences.entries_since(self.model, told, self.seen.at)
        return [self.difference(key, entries.get(key)) for key in self.changed()]

    def changed(self):
        """The keys of the rows that have changed since they were seen."""
        return [key for key in self.keys if key not in self.rows
                or self.rows[key].state() != self.seen.rows.get(key)]

    def difference(self, key, entry):
        row = self.rows.get(key)
        if row is None:
            return differences.gone(Row(self.model()), key, entry=entry)
        if key not in self.seen.rows:
            return differences.added(row, entry)
        return differences.changed(row, self.seen.rows[key], {}, entry)


def valid(field, keys):
    for key in keys:
        try:
            yield field.to_python(key)
        except ValidationError:
            continue


class ActionLock:
    """admin: a ModelAdmin."""

    def __init__(self, admin, request):
        self.admin = admin
        self.request = request
        self.keys = request.POST.getlist(ACTION_CHECKBOX_NAME)

    def answer(self, act, queryset):
        if not any(self.request.POST.getlist("action")):
            return act()
        lock_keys(self.admin.model, list(valid(self.admin.opts.pk, self.keys)),
                  written_to(queryset))
        seen = Version.seen(self.request, self.admin.model)
        is_listed = seen.shown is None or seen.shown == self.listing(queryset)
        if not is_listed or self.ticked(seen).changed():
            raise Conflict(self.request, seen)
        return self.draw(act(), queryset)

    def ticked(self, seen):
        return Ticked(self.keys, self.admin.get_queryset(self.request), seen,
                      self.admin.version_exclude)

    def listing(self, queryset):
        """The objects that Django's action says it would delete."""
        listed, *_others = get_deleted_objects(
            self.chosen(queryset), self.admin.opts, self.request.user, self.admin.admin_site,
            router.db_for_write(self.admin.model))  # as Django's action
        return listing(listed)

    def draw(self, response, queryset):
        """Adds to an action's own confirmation page the versions of the rows it is about."""
        if not is_page(response):
            return response
        context = getattr(response, "context_data", None) or {}
        rows = context.get("queryset")
        if rows is None:
            rows = self.chosen(queryset)
        listed = context.get("deletable_objects")
        version = version_of(
            Look(()).rows(rows), None if listed is None else listing(listed))
        return carry(response, [version.seal(self.request, self.admin.model)])

    def chosen(self, queryset):
        if self.request.POST.get("select_across") in ("1", "on"):
            return queryset
        return queryset.filter(pk__in=list(valid(self.admin.opts.pk, self.keys)))

    def ask(self, seen):
        """The page that shows what has changed and asks whether to go on regardless."""
        ticked = self.ticked(seen)
        return ask(self.admin, self.request, "action", version_of(ticked.rows),
                   differences=ticked.differences(), fields=again(self.request),
                   media=self.admin.media)


def is_page(response):
    return (response is not None and response.status_code == 200 and not response.streaming
            and response["Content-Type"].startswith("text/html"))
