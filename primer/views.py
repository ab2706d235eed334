from urllib.parse import urlencode

from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from workshop.permissions import PERMISSIONS, may_write, may_write_by_socket

from . import news, source
from .bindings import MOST_VALUES, IntegerValueBinding
from .examples import EXAMPLES
from .models import IntegerValue

BINDING = "#binding"


@require_safe
@never_cache
def primer(request):
    texts = source.texts()
    return render(request, "primer/primer.html", {
        "introduction": texts[None],
        "sections": [{"example": example, "codes": codes(example), "text": texts[example.key]}
                     for example in EXAMPLES],
        "data": {
            "examples": [{"key": example.key, "title": str(example.title), "path": example.path,
                          "kind": example.kind} for example in EXAMPLES],
            "me": request.user.get_username() or None,
            "values": current_values(),
            "can": {permission: may_write_by_socket(request.user, action, IntegerValue)
                    for action, permission in PERMISSIONS.items()},
            "login": login_for(request),
            "admin": admin_for(request.user),
            "news": news.latest(),
        },
    })


@require_safe
@never_cache
def values(request):
    """What a page that has been without its socket fetches: everything else on it stays."""
    return JsonResponse({"values": current_values()})


def login_for(request):
    """The address of the form that leads back to the values; None for logged-in users."""
    if request.user.is_authenticated:
        return None
    return "%s?%s" % (reverse("display:login"), urlencode({"next": request.path + BINDING}))


def admin_for(user):
    """
    The address of the values in the admin, for people who may change them there, otherwise None.
    """
    if user.is_staff and may_write(user, "update", IntegerValue):
        return reverse("admin:primer_integervalue_changelist")
    return None


def codes(example):
    routes = source.code("primer/routing.py", example.key + "_routes")
    return [routes] + [source.code(path) for path in example.files]


def current_values():
    serialize = IntegerValueBinding().serialize_data
    return [{"pk": value.pk, "data": serialize(value)}
            for value in IntegerValue.objects.all()[:MOST_VALUES]]
