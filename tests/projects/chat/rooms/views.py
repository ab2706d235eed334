from django.http import HttpResponse
from django.shortcuts import render

from .models import Line


def index(request):
    return HttpResponse("%s at %s" % (
        request.user.email if request.user.is_authenticated else "nobody", request.path))


def room(request, room):
    return render(request, "room.html", {
        "room": room, "lines": Line.objects.filter(room=room).order_by("pk")})
