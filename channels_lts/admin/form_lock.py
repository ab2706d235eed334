"""
The optimistic lock for single-row pages: the change form and the delete confirmation.
"""
from contextlib import contextmanager

from django.contrib.admin.options import TO_FIELD_VAR
from django.contrib.admin.utils import get_deleted_objects, unquote
from django.db import router, transaction
from django.utils.functional import cached_property
from django.utils.translation import ugettext as _

from . import differences
from .change_form import ChangeForm, Posted
from .live_form import follow
from .pages import Conflict, again, as_get, ask, refuse
from .row_locks import has_row_locks, lock, written_to
from .rows import Row
from .versions import FIELD, Version, carry


class RowLock:
    """
    admin: a ModelAdmin.
    object_id: as in its URL.
    """

    def __init__(self, admin, request, object_id):
        self.admin = admin
        self.request = request
        self.object_id = object_id
        self.asked = as_get(request)

    @cached_property
    def using(self):
        return written_to(self.admin.get_queryset(self.request))

    def page(self, obj):
        """The ChangeForm for what the page shows."""
        raise NotImplementedError()

    def rows(self, obj):
        """The instances that may be changed."""
        return [obj]

    @contextmanager
    def unchanged(self):
        """
        A transaction in which everything the page showed is still as it was seen, and is locked.
        Raises Conflict.
        """
        rows = self.rows_to_lock()  # before it begins: MySQL would go on seeing the older state
        with transaction.atomic(using=self.using):
            lock(rows)
            obj = self.find()
            key = unquote(self.object_id) if obj is None else obj.pk
            seen = Version.seen(self.request, self.admin.model, key)
            if obj is None and seen.rows or obj is not None and seen != self.page(obj).version():
                raise Conflict(self.request, seen)
            yield

    def rows_to_lock(self):
        obj = self.find() if has_row_locks(self.using) else None
        return [] if obj is None else self.rows(obj)

    def find(self):
        """The row as the view will find it; None: the view reports what is wrong."""
        name = self.request.POST.get(TO_FIELD_VAR, self.request.GET.get(TO_FIELD_VAR))
        if name and not self.admin.to_field_allowed(self.request, name):
            return None
        return self.admin.get_object(self.asked, unquote(self.object_id), name)

    def form(self, obj):
        return self.admin.get_form(self.asked, obj)(instance=obj)

    def carry(self, response, page):
        obj = page.form.instance
        return carry(response, [page.version().seal(self.request, self.admin.model, obj.pk)])


class FormLock(RowLock):
    def answer(self, view, extra_context):
        post = self.request.POST
        if self.request.method != "POST" or self.object_id is None or "_saveasnew" in post:
            return view(self.request, extra_context=extra_context)
        try:
            with self.unchanged():
                return view(self.request, extra_context=extra_context)
        except Conflict as conflict:
            if self.find() is None and self.admin.has_change_permission(self.request):
                return self.tell_gone(conflict.seen)
            return view(self.asked, extra_context=dict(extra_context or {}, live_conflict=conflict))

    def tell_gone(self, seen):
        """The page that shows what was typed into the form of a row that somebody has deleted."""
        form = self.admin.get_form(self.asked)()
        row = Row(form.instance, form)
        key = unquote(self.object_id)
        typed = row.touched(None, self.request.POST, self.request.FILES)
        entry = differences.entries_since(self.admin.model, [key], seen.at).get(key)
        return ask(self.admin, self.request, "gone", Version(), key,
                   row=differences.gone(row, key, typed, entry), fields=again(self.request),
                   has_add_permission=self.admin.has_add_permission(self.request),
                   media=self.admin.media)

    def page(self, obj):
        formsets, _inlines = self.admin._create_formsets(self.asked, obj, change=True)
        return ChangeForm(self.form(obj), formsets, self.admin.version_exclude)

    def rows(self, obj):
        return self.page(obj).instances()

    def draw(self, response, context, obj):
        """Adds to the form's page the version that it shows."""
        formsets = [each.formset for each in context["inline_admin_formsets"]]
        page = ChangeForm(context["adminform"].form, formsets, self.admin.version_exclude)
        if page.form.is_bound:  # with errors: it still stands for the version seen before
            return carry(response, self.request.POST.getlist(FIELD))
        response = self.carry(response, page)
        conflict = context.get("live_conflict")
        if conflict is None:
            return follow(response, self.admin, self.request, obj)
        return self.refuse(response, page, conflict)

    def refuse(self, response, page, conflict):
        posted = Posted(conflict, page)
        found = posted.differences()
        posted.fill_in()
        return refuse(
            response, self.request, differences=found,
            refused=_("Nothing was saved: this has changed since you opened it."),
            advice=_("Below, what you haven't changed shows what is there now, and the rest what "
                     "you typed. Save again to keep it this way."))


class DeletionLock(RowLock):
    def answer(self, view, extra_context):
        if self.request.method != "POST":
            return self.draw(view(self.request, extra_context=extra_context))
        try:
            with self.unchanged():
                return view(self.request, extra_context=extra_context)
        except Conflict as conflict:
            return self.draw(view(self.asked, extra_context=extra_context), conflict)

    def page(self, obj):
        listed, *_others = get_deleted_objects(
            [obj], self.admin.opts, self.request.user, self.admin.admin_site,
            router.db_for_write(self.admin.model))  # as Django's view
        return self.listing(obj, listed)

    def listing(self, obj, listed):
        return ChangeForm(self.form(obj), uncounted=self.admin.version_exclude, listed=listed)

    def draw(self, response, conflict=None):
        context = getattr(response, "context_data", None) or {}
        if "deleted_objects" not in context:
            return response
        page = self.listing(context["object"], context["deleted_objects"])
        if conflict is not None:
            found = Posted(conflict, page).differences()
            response = refuse(
                response, self.request, differences=found,
                refused=_("Nothing was deleted: this has changed since you opened it."),
                advice=_("Below is what would be deleted now."))
        return self.carry(response, page)
