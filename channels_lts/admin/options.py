"""
As django.contrib.admin.options.
"""
from functools import partial

from . import checks  # noqa: F401 (they register themselves)
from . import live
from .action_lock import ActionLock
from .form_lock import DeletionLock, FormLock
from .list_lock import ListLock


class LiveAdminMixin:
    """
    For a ModelAdmin, before it: what is saved, deleted or acted on must be as the person's page
    showed it. Otherwise nothing happens, and the page comes back (409) as it is now, with what
    has changed, by whom, and what the person has typed: sent once more it counts.

    The page of a change form stands for its row and its inlines' rows, of which each field counts
    that is editable or in the form; a list for each row that is edited in it or acted on; the
    question whether to delete for all that it lists. A form that doesn't say what it has seen (a
    script's) has seen nothing. A list is saved, and acted on, in one transaction.
    """

    # Names of fields that may change meanwhile where the page doesn't show them: counters, times
    version_exclude = ()

    # Whether open lists follow what is changed: a model whose rows are deleted by the thousand
    # pays for it, since Django loads what somebody wants to hear of
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
