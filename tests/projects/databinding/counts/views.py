from django.contrib.auth import authenticate, login
from django.http import HttpResponse, JsonResponse

from .models import IntegerValue


def index(request):
    values = IntegerValue.objects.order_by("name")
    return JsonResponse({value.name: value.value for value in values})


def enter(request):
    login(request, authenticate(**request.POST.dict()))
    return HttpResponse("welcome")


def change(request, name):
    value, _created = IntegerValue.objects.get_or_create(name=name)
    if "value" in request.POST:
        value.value = int(request.POST["value"])
        value.save()
    else:
        value.delete()
    return HttpResponse("changed")
