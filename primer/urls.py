from django.conf.urls import url

from . import views

app_name = "primer"

# primer.routing handles /primer/poll/ and /primer/raw/ as http.request: they never get here.
urlpatterns = [
    url(r"^$", views.primer, name="primer"),
    url(r"^values/$", views.values, name="values"),
]
