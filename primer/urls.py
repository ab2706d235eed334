from django.conf.urls import url

from . import views

app_name = "primer"

# What else is below /primer/ never gets here: primer.routing takes it from http.request.
urlpatterns = [
    url(r"^$", views.primer, name="primer"),
]
