"""
Django's signals for endings: of sessions, and of an account's existence, login or permissions.
"""
from datetime import timedelta

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.utils import timezone

from channels_lts.conf import settings
from channels_lts.sessions import session_store

from . import checks, groups  # noqa: F401 (checks register themselves)
from .codes import SESSION_CHANGED, SESSION_ENDED
from .endings import disconnect
from .saves import Saves

WATCHED = ("password", "is_active", "is_superuser", "is_staff")
saves = Saves()


def connect():
    """
    Connects the receivers; called when the app is ready. Changes that bypass signals (an UPDATE, a
    raw DELETE) go unnoticed: call `disconnect` after them.
    """
    for model in session_models():
        post_delete.connect(on_session_deleted, sender=model)
    if apps.is_installed("django.contrib.auth"):
        user_logged_out.connect(on_logged_out)
        for model in user_models():
            pre_save.connect(before_user_saved, sender=model)
            post_save.connect(on_user_saved, sender=model)
            post_delete.connect(on_user_deleted, sender=model)
        from . import rights  # imports the app's models
        rights.connect()


def session_models():
    """The model that stores sessions, if the engine has one."""
    store = session_store()
    is_django = store.__module__.startswith("django.")
    if not hasattr(store, "get_model_class") or (
            is_django and not apps.is_installed("django.contrib.sessions")):
        return []
    return [store.get_model_class()]


def user_models():
    """The user model with its proxies and children: each sends signals of its own."""
    return [model for model in apps.get_models() if issubclass(model, get_user_model())]


def sockets_end_by():
    """
    The expiry before which a session can have no open socket left: daphne closes every socket after
    WEBSOCKET_TIMEOUT.
    """
    return timezone.now() - timedelta(seconds=settings.WEBSOCKET_TIMEOUT)


def on_session_deleted(sender, instance, using, **kwargs):
    if instance.expire_date < sockets_end_by():
        return
    has_user = groups.user_key_in(instance.get_decoded())
    disconnect(session=instance.session_key, using=using,
               code=SESSION_ENDED if has_user else SESSION_CHANGED)


def is_watched(model):
    """Whether somebody else listens for each deleted session, or rows are deleted along with it."""
    heard = pre_delete._live_receivers(model) + post_delete._live_receivers(model)
    return bool(model._meta.related_objects) or heard != [on_session_deleted]


def on_logged_out(sender, request, user, **kwargs):
    """Covers engines without rows too. Somebody who logs out by token may have no session."""
    if user is not None:
        disconnect(session=getattr(request, "session", None))


def before_user_saved(sender, instance, raw, using, update_fields, **kwargs):
    names = watched(sender, update_fields)
    stored = None
    if names and not raw and not instance._state.adding:
        stored = sender._base_manager.using(using).filter(pk=instance.pk).values(*names).first()
    saves.begin(instance, stored or {})


def watched(model, update_fields):
    """The fields whose change matters: those that the model has and the save writes."""
    fields = {field.name for field in model._meta.concrete_fields}
    if update_fields is not None:
        fields &= set(update_fields)
    return [name for name in WATCHED if name in fields]


def on_user_saved(sender, instance, using, **kwargs):
    stored = saves.end(instance)
    changed = {name for name, value in stored.items() if getattr(instance, name) != value}
    if changed:
        has_ended = "password" in changed or not getattr(instance, "is_active", True)
        disconnect(user=instance, using=using,
                   code=SESSION_ENDED if has_ended else SESSION_CHANGED)


def on_user_deleted(sender, instance, using, **kwargs):
    disconnect(user=instance, using=using)
