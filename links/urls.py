from django.conf.urls import include, url
from rest_framework.routers import DefaultRouter

from . import api, views

router = DefaultRouter()
router.register("users", api.UserViewSet)
router.register("links", api.LinkViewSet)
router.register("tags", api.TagViewSet)
router.register("linktags", api.LinkTagViewSet)

app_name = "links"

urlpatterns = [
    url(r"^$", views.links_detail, name="links-detail"),
    url(r"^api/schema/$", api.schema_view, name="schema"),
    url(r"^api/", include(router.urls)),
    # Only with a trailing slash: API addresses without one are redirected.
    url(r"^api/.*/$", api.NoSuchPath.as_view()),
]
