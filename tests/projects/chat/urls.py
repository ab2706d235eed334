from django.conf.urls import url
from django.contrib.auth.views import LoginView
from rooms import views

urlpatterns = [
    url(r"^$", views.index, name="index"),
    url(r"^login/$", LoginView.as_view(template_name="login.html"), name="login"),
    url(r"^room/(?P<room>\w+)/$", views.room, name="room"),
]
