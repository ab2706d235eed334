"""
The optimistic lock for rows edited in a change list.
"""
import copy

from django.db import transaction
from django.utils.encoding import force_text
from django.utils.functional import cached_property

from .action_lock import ActionLock
from .change_list import Edits, Look, edited_rows, version_of
from .live_list import follow, without_since
from .pages import Conflict, as_get, ask
from .row_locks import lock_keys, written_to
from .versions import FIELD, Version, carry


class ListLock:
    """admin: a ModelAdmin."""

    def __init__(self, admin, request):
        self.admin = admin
        self.request = request
        self.is_save = "_save" in request.POST and admin.has_change_permission(request)

    @cached_property
    def using(self):
        return written_to(self.admin.get_queryset(self.request))

    def answer(self, view, extra_context):
        if self.request.method != "POST":
            return self.draw(view(without_since(self.request), extra_context))
        try:
            with transaction.atomic(using=self.using):
                request = self.own_edits() if self.is_save else self.request
                return self.draw(view(request, extra_context))
        except Conflict as conflict:
            if self.is_save:
                return self.ask_for_edits(self.edits())
            return ActionLock(self.admin, self.request).ask(conflict.seen)

    def look(self):
        return Look(self.admin.get_list_display(self.request), self.admin.version_exclude)

    def draw(self, response):
        """Adds to the list the versions of the rows it shows."""
        cl = (getattr(response, "context_data", None) or {}).get("cl")
        if cl is None:
            return response
        if cl.formset and cl.formset.is_bound:  # with errors
            align(cl)
            return carry(response, self.request.POST.getlist(FIELD))
        rows = self.look().rows(cl.result_list, cl.formset and cl.formset.forms)
        response = follow(response, self.admin, self.request, list(rows))
        return carry(response, [version_of(rows).seal(self.request, self.admin.model)])

    def own_edits(self):
        """
        The request reduced to what this person has edited; its rows are locked. Raises Conflict.
        """
        lock_keys(self.admin.model, self.edits().pks(), self.using)
        edits = self.edits()
        if edits.conflicts():
            raise Conflict(self.request, edits.seen)
        request = copy.copy(self.request)
        request.POST = edits.only(request.POST)
        request._files = edits.only(request.FILES)
        return request

    def edits(self):
        FormSet = self.admin.get_changelist_formset(self.request)
        rows = self.admin._get_list_editable_queryset(
            self.request, FormSet.get_default_prefix())
        formset = FormSet(self.request.POST, self.request.FILES, queryset=rows)
        return Edits(formset, Version.seen(self.request, self.admin.model), self.look())

    def ask_for_edits(self, edits):
        """The page with the edited rows: their current values and what was typed."""
        FormSet = self.admin.get_changelist_formset(as_get(self.request))
        rows = self.admin.get_queryset(self.request).filter(pk__in=edits.pks())
        formset = FormSet(queryset=rows)
        edited, version = edited_rows(edits, formset, self.look())
        return ask(self.admin, self.request, "edits", version, rows=edited, formset=formset,
                   media=self.admin.media + formset.media)


def align(cl):
    """
    Pairs rows and forms again: Django pairs them by position, and the forms may be of other rows.
    """
    rows = {force_text(row.pk): row for row in cl.result_list}
    cl.result_list = [rows.get(force_text(form.instance.pk), form.instance)
                      for form in cl.formset.forms]
