"""
Says to every open page who logs in and who logs out.
"""
from channels import Group
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.dispatch import receiver

from . import frames, groups
from .models import Login


@receiver(user_logged_in)
def on_user_logged_in(sender, request, user, **kwargs):
    # Logging in over another login flushes that one's session without a word.
    end_logins(Login.objects.filter(
        session_key=request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")), but=user)
    user.logins.exclude(pk__in=user.logins.live()).delete()
    if not request.session.session_key:  # a flushed session has none until it is saved
        request.session.save()
    Login.objects.update_or_create(
        session_key=request.session.session_key, defaults={"user": user})
    broadcast_after_commit(user, is_logged_in=True)


@receiver(user_logged_out)
def on_user_logged_out(sender, request, user, **kwargs):
    end_logins(Login.objects.filter(session_key=request.session.session_key or ""))


def end_logins(logins, but=None):
    """Removes the logins, and tells for whom of their users (`but` one) it was the last."""
    for login in logins.select_related("user"):
        login.delete()
        if login.user != but and not login.user.logins.live().exists():
            broadcast_after_commit(login.user, is_logged_in=False)


def broadcast_after_commit(user, is_logged_in):
    frame = frames.presence(user.get_username(), is_logged_in)
    transaction.on_commit(lambda: Group(groups.USERS).send(frame))
