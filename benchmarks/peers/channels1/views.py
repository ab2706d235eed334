from django.shortcuts import render


def page(request):
    response = render(request, "page.html", {
        "visitor": request.GET.get("visitor", "nobody"), "rows": range(20)})
    response["Content-Length"] = str(len(response.content))
    return response
