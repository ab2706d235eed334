"""
The HTTP map. Sockets go by workshop.routing.
"""
from django.conf.urls import include, url
from django.contrib import admin

from .health import healthz

urlpatterns = [
    url(r"^", include("display.urls")),
    url(r"^links/", include("links.urls")),
    url(r"^admin/", admin.site.urls),
    url(r"^i18n/", include("django.conf.urls.i18n")),
    url(r"^healthz$", healthz, name="healthz"),
]
