from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt


def page(request):
    return render(request, "page.html", {
        "visitor": request.GET.get("visitor", "nobody"), "rows": range(20)})


@csrf_exempt
def upload(request):
    return HttpResponse("%s: %d bytes" % (request.POST["title"], request.FILES["file"].size))
