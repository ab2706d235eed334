from django.conf.urls import url

from . import views

app_name = "display"

urlpatterns = [
    url(r"^$", views.user_list, name="user-list"),
    url(r"^about/$", views.about, name="about"),
    url(r"^accounts/login/$", views.LogInView.as_view(), name="login"),
    url(r"^accounts/logout/$", views.LogOutView.as_view(), name="logout"),
    url(r"^accounts/signup/$", views.SignUpView.as_view(), name="signup"),
]
