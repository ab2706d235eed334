"""
Says to every open page who logs in and who logs out.
"""
from channels import Group
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.dispatch import receiver

from . import frames, groups
from .models import Login

SESSION_KEY = "display_login"  # the pk of this session's Login, which outlives a new session key


@receiver(user_logged_in)
def on_user_logged_in(sender, request, user, **kwargs):
    Login.objects.filter(user=user).over().delete()
    login = Login.objects.create(user=user, expires=request.session.get_expiry_date())
    request.session[SESSION_KEY] = login.pk
    broadcast_after_commit(user, is_logged_in=True)


@receiver(user_logged_out)
def on_user_logged_out(sender, request, user, **kwargs):
    if user is None:  # the session was already over
        return
    Login.objects.filter(pk=request.session.get(SESSION_KEY), user=user).delete()
    if not user.logins.live().exists():
        broadcast_after_commit(user, is_logged_in=False)


def broadcast_after_commit(user, is_logged_in):
    frame = frames.presence(user.get_username(), is_logged_in)
    transaction.on_commit(lambda: Group(groups.USERS).send(frame))
