from counts import views
from django.conf.urls import url

urlpatterns = [
    url(r"^$", views.index),
    url(r"^enter/$", views.enter),
    url(r"^values/(?P<name>\w+)/$", views.change),
]
