from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from .models import Liveblog, Post


def index(request):
    return HttpResponse(", ".join(Liveblog.objects.values_list("slug", flat=True)))


def liveblog(request, slug):
    return render(request, "liveblog.html", {"liveblog": get_object_or_404(Liveblog, slug=slug)})


def posts(request, slug):
    blog = get_object_or_404(Liveblog, slug=slug)
    for body in request.POST.getlist("body"):
        blog.posts.create(body=body)
    return HttpResponse("saved")


def change(request, pk):
    post = get_object_or_404(Post, pk=pk)
    if "body" in request.POST:
        post.body = request.POST["body"]
        post.save()
    else:
        post.delete()
    return HttpResponse("changed")
