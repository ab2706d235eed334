from django.http import HttpResponse
from django.shortcuts import render


def page(request):
    return render(request, "page.html", {"search": request.GET.get("q", "")})


def upload(request):
    if request.method == "POST":
        photo = request.FILES["photo"]
        return HttpResponse("%s: %d bytes, %s" % (photo.name, photo.size, request.POST["title"]),
                            content_type="text/plain; charset=utf-8")
    return render(request, "upload.html")
