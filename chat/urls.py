from django.conf.urls import url

from . import views

app_name = "chat"

urlpatterns = [
    url(r"^$", views.room_list, name="rooms"),
    url(r"^(?P<name>[^/]+)/$", views.room, name="room"),
]
