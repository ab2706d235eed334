from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import LoginView, LogoutView, redirect_to_login
from django.shortcuts import redirect, render, resolve_url
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django.views.generic import FormView

from workshop.permissions import may_watch_users

from .forms import LoginForm, SignUpForm
from .models import users_with_state


@require_safe
@never_cache
def user_list(request):
    if not may_watch_users(request.user):
        return redirect_to_login(request.get_full_path())
    return render(request, "display/user_list.html", {"data": {
        "users": users_with_state(),
        "me": request.user.get_username() or None,
    }})


class LogInView(LoginView):
    form_class = LoginForm
    template_name = "display/login.html"
    redirect_authenticated_user = True


@method_decorator(require_http_methods(["POST"]), name="dispatch")
class LogOutView(LogoutView):
    """By POST only: another site's image could log a visitor out with a GET."""


class SignUpView(FormView):
    form_class = SignUpForm
    template_name = "display/signup.html"

    def form_valid(self, form):
        login(self.request, form.save())
        return redirect(resolve_url(settings.LOGIN_REDIRECT_URL))
