from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from workshop.permissions import PERMISSIONS, may_write_by_socket

from . import news, source
from .bindings import MOST_VALUES, IntegerValueBinding
from .examples import EXAMPLES
from .models import IntegerValue


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
            "values": values(),
            "can": {permission: may_write_by_socket(request.user, action, IntegerValue)
                    for action, permission in PERMISSIONS.items()},
            "news": news.latest(),
        },
    })


def codes(example):
    routes = source.code("primer/routing.py", example.key + "_routes")
    return [routes] + [source.code(path) for path in example.files]


def values():
    serialize = IntegerValueBinding().serialize_data
    return [{"pk": value.pk, "data": serialize(value)}
            for value in IntegerValue.objects.all()[:MOST_VALUES]]
