from django.conf.urls import url
from django.contrib.auth.views import LoginView
from views import page, upload

urlpatterns = [
    url(r"^$", page),
    url(r"^upload/$", upload),
    url(r"^login/$", LoginView.as_view(template_name="page.html")),
]
