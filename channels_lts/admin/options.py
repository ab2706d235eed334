"""
Counterpart of django.contrib.admin.options.
"""
from functools import partial

from . import checks  # noqa: F401 (they register themselves)
from . import live
from .action_lock import ActionLock
from .form_lock import DeletionLock, FormLock
from .list_lock import ListLock


class LiveAdminMixin:
    """
    Put it before ModelAdmin: what is saved, deleted or acted on must still be as the person's page
    showed it. Otherwise nothing happens, and the page comes back (409) with the current values,
    what has changed, by whom, and what the person typed; submitted again, it is applied.

    A change form covers its row and its inlines' rows, with every field that is editable or in the
    form; a list covers each row edited in it or acted on; the delete confirmation covers everything
    it lists. A form that doesn't say what it has seen (a script's) has seen nothing. Saving a list,
    or acting on it, takes one transaction.
    """

    # Names of fields that may change unnoticed while the page doesn't show them: counters, times
    version_exclude = ()

    # Whether open lists follow changes. It is costly for a model whose rows are deleted by the
    # thousand, since Django loads rows that a receiver listens for.
    live_list = True

    def __init__(self, model, admin_site):
        super().__init__(model, admin_site)
        if self.live_list:
            live.follow(self)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        view = partial(super().changeform_view, object_id=object_id, form_url=form_url)
        return FormLock(self, request, object_id).answer(view, extra_context)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        response = super().render_change_form(
            request, context, add=add, change=change, form_url=form_url, obj=obj)
        if not change or obj is None:
            return response
        return FormLock(self, request, None).draw(response, context, obj)

    def delete_view(self, request, object_id, extra_context=None):
        view = partial(super().delete_view, object_id=object_id)
        return DeletionLock(self, request, object_id).answer(view, extra_context)

    def changelist_view(self, request, extra_context=None):
        return ListLock(self, request).answer(super().changelist_view, extra_context)

    def response_action(self, request, queryset):
        act = partial(super().response_action, request, queryset)
        return ActionLock(self, request).answer(act, queryset)
