from blog import views
from django.conf.urls import url

urlpatterns = [
    url(r"^$", views.index),
    url(r"^posts/(?P<pk>\d+)/$", views.change),
    url(r"^(?P<slug>[\w-]+)/$", views.liveblog),
    url(r"^(?P<slug>[\w-]+)/posts/$", views.posts),
]
