from desk.admin import proof
from django.conf.urls import url
from django.contrib import admin
from django.http import HttpResponse

urlpatterns = [
    url(r"^$", lambda request: HttpResponse("news")),
    url(r"^admin/", admin.site.urls),
    url(r"^proof/", proof.urls),
]
