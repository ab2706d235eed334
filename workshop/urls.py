"""
The HTTP map. Sockets are in workshop.routing.
"""
from django.conf.urls import include, url
from django.contrib import admin
from django.contrib.staticfiles.storage import staticfiles_storage
from django.utils.functional import lazy
from django.views.generic import RedirectView

from display.views import LogOutView

from .language import set_language

favicon = lazy(staticfiles_storage.url, str)("favicon.svg")

urlpatterns = [
    url(r"^", include("display.urls")),
    url(r"^links/", include("links.urls")),
    url(r"^chat/", include("chat.urls")),
    url(r"^primer/", include("primer.urls")),
    url(r"^admin/logout/$", LogOutView.as_view()),  # the admin's own logs out on GET
    url(r"^admin/", admin.site.urls),
    url(r"^i18n/setlang/$", set_language, name="set_language"),
    # The admin's pages specify no icon, so browsers ask for this one.
    url(r"^favicon\.ico$", RedirectView.as_view(url=favicon)),
]
