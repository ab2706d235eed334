"""
Tells every open page who logs in and who logs out.
"""
from channels import Group
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import IntegrityError, transaction
from django.db.models.signals import post_save
from django.dispatch import receiver

from channels_lts.auth import sessions_disconnected
from channels_lts.security import names

from . import frames, groups, notices
from .models import MOST_KEYS, AccountName, Login, shared_users
from .shown import shown_changed


@receiver(user_logged_in)
def on_user_logged_in(sender, request, user, **kwargs):
    if getattr(request, "session", None) is None:
        return  # by a token, say: nobody stays logged in
    # Logging in over another login silently flushes the other one's session.
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
    session = getattr(request, "session", None)
    if session is not None:
        end_logins(Login.objects.filter(session_key=session.session_key or ""))


@receiver(sessions_disconnected)
def on_sessions_ended(sender, session_keys, **kwargs):
    """
    Handles sessions that expire or are deleted; those that ended otherwise have no login by now.
    """
    for start in range(0, len(session_keys), MOST_KEYS):
        end_logins(Login.objects.filter(session_key__in=session_keys[start:start + MOST_KEYS]))


@receiver(shown_changed)
def on_shown_changed(sender, **kwargs):
    """Sends a list: no frame says that somebody was renamed or removed."""
    shared_users.changed()
    Group(groups.USERS).send(frames.who(shared_users.get()))


def end_logins(logins, but=None):
    """Removes the logins, and announces those of their users (except `but`) who had no other."""
    ended = list(logins.select_related("user"))
    if not ended:
        return
    Login.objects.filter(pk__in=[login.pk for login in ended]).delete()
    users = {login.user_id: login.user for login in ended if login.user != but}
    left = set(Login.objects.live().filter(user__in=list(users)).values_list("user", flat=True))
    for key, user in users.items():
        if key not in left:
            broadcast_after_commit(user, is_logged_in=False)


def broadcast_after_commit(user, is_logged_in):
    transaction.on_commit(lambda: tell(user.get_username(), is_logged_in))


def tell(username, is_logged_in):
    shared_users.changed()
    Group(groups.USERS).send(frames.presence(username, is_logged_in))
    if is_logged_in:
        notices.tell_login(username)


@receiver(post_save, sender=settings.AUTH_USER_MODEL)
def on_user_saved(sender, instance, raw, update_fields, using, **kwargs):
    """Names that resemble another are up to the admin; a sign-up checks that it has got its own."""
    name_field = sender.USERNAME_FIELD
    if raw or (update_fields is not None and name_field not in update_fields):
        return
    name = instance.get_username()
    try:
        with transaction.atomic(using=using):
            AccountName.objects.using(using).update_or_create(user=instance, defaults={
                "normalized": names.normalized(name), "skeleton": names.skeleton(name)})
    except IntegrityError:
        AccountName.objects.using(using).filter(user=instance).delete()
