from django.conf.urls import url

from . import views

app_name = "primer"

# primer.routing takes /primer/poll/ and /primer/raw/ from http.request: they never get here.
urlpatterns = [
    url(r"^$", views.primer, name="primer"),
    url(r"^values/$", views.values, name="values"),
]
