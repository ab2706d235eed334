"""
Requests for the admin's own pages, and the notices shown above them.
"""
import copy
from time import time

from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.http import QueryDict
from django.template.response import TemplateResponse
from django.utils.translation import ugettext as _

from .versions import FIELD, carry

CONFLICT = 409


class Conflict(Exception):
    """
    Somebody is changing something that is no longer as they saw it.

    request: what they posted.
    seen: the Version they have.
    """

    def __init__(self, request, seen):
        super().__init__(seen)
        self.request = request
        self.seen = seen


def as_get(request):
    """The GET request for the page this one was posted from."""
    found = copy.copy(request)
    found.method = "GET"
    found.GET = request.GET.copy()
    for name in (IS_POPUP_VAR, TO_FIELD_VAR):
        if name in request.POST:
            found.GET[name] = request.POST[name]
    found.POST = QueryDict()  # Django deletes if there is any
    return found


def within(response, template, **context):
    """
    Renders a page of the admin with `template`, which extends `page`: whatever template the
    project, its theme or the ModelAdmin uses.
    """
    page = response.resolve_template(response.template_name)
    response.context_data = dict(response.context_data, page=page, at=str(int(time())), **context)
    response.template_name = "channels_lts/admin/%s.html" % template
    return response


def refuse(response, request, **context):
    """
    Makes a page of the admin show, at its top, what has changed.

    refused, advice: sentences: what wasn't done, and what to do.
    differences: RowDifferences.
    """
    response.status_code = CONFLICT
    return within(response, "conflict", here=request.get_full_path(), **context)


def ask(admin, request, template, version, key="", **context):
    """A page of our own that asks whether to go on; it carries the Version it shows."""
    context = dict(admin.admin_site.each_context(request), opts=admin.opts, title=_("Conflict"),
                   here=request.get_full_path(), **context)
    response = TemplateResponse(
        request, "channels_lts/admin/%s.html" % template, context, status=CONFLICT)
    return carry(response, [version.seal(request, admin.model, key)])


def again(request):
    """(name, value) pairs of what was posted, for a form that asks again."""
    left_out = {FIELD, "csrfmiddlewaretoken", "post"}  # "post": Django's own question comes again
    return [(name, value) for name in request.POST if name not in left_out
            for value in request.POST.getlist(name)]
