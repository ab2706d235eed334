from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import LoginView, LogoutView, redirect_to_login
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import ugettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django.views.generic import FormView

from workshop.permissions import may_watch_users

from .forms import LoginForm, SignUpForm
from .models import shared_users


@require_safe
@never_cache
def user_list(request):
    if not may_watch_users(request.user):
        return redirect_to_login(request.get_full_path())
    users = shared_users.get()
    return render(request, "display/user_list.html", {
        "data": {"users": users, "me": request.user.get_username() or None},
        "groups": grouped(users),
    })


def grouped(users):
    """[(name, label, users)], as groupsOf of front/src/utils/users.js has them."""
    here, logged_in, offline = [], [], []
    for user in users:
        (here if user["is_online"] else logged_in if user["is_logged_in"] else offline).append(user)
    return [("hereNow", _("Here now"), here), ("loggedIn", _("Logged in"), logged_in),
            ("offline", _("Offline"), offline)] if users else []


@require_safe
@never_cache
def about(request):
    """What this site is, for visitors who come by chance."""
    return render(request, "display/about.html")


class LogInView(LoginView):
    form_class = LoginForm
    template_name = "display/login.html"
    redirect_authenticated_user = True


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
class LogOutView(LogoutView):
    """By POST only, a GET asks: another site's image could log a visitor out."""

    def dispatch(self, request, *args, **kwargs):
        if request.method != "POST":
            return render(request, "display/logout.html")
        return super().dispatch(request, *args, **kwargs)


class SignUpView(FormView):
    form_class = SignUpForm
    template_name = "display/signup.html"

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            return redirect(settings.LOGIN_REDIRECT_URL)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            user = form.save()
        except ValidationError as error:
            form.add_error("username", error)
            return self.form_invalid(form)
        login(self.request, user)
        return redirect(settings.LOGIN_REDIRECT_URL)
