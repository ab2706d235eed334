"""
Accounts that are shown under another name from now on, or not at all.
"""
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import Signal, receiver

from channels_lts.auth.saves import Saves

# Sent after the commit. `key`: the user's primary key as text; `before`, `after`: the names, None
# for somebody who isn't shown: deactivated, or deleted. A new account isn't told of.
shown_changed = Signal(providing_args=["key", "before", "after"])

saves = Saves()


def shown_name(user):
    return user.get_username() if user.is_active else None


def is_about_showing(update_fields):
    """Whether a save may write what it depends on: a login, for one, doesn't."""
    return update_fields is None or bool(
        {get_user_model().USERNAME_FIELD, "is_active"} & set(update_fields))


@receiver(pre_save, sender=settings.AUTH_USER_MODEL)
def before_user_saved(sender, instance, raw, using, update_fields, **kwargs):
    stored = None
    if not raw and not instance._state.adding and is_about_showing(update_fields):
        stored = sender._base_manager.using(using).filter(pk=instance.pk).first()
    saves.begin(instance, {"name": shown_name(stored)} if stored else {})


@receiver(post_save, sender=settings.AUTH_USER_MODEL)
def on_user_saved(sender, instance, using, **kwargs):
    stored = saves.end(instance)
    if stored:
        tell(instance, stored["name"], shown_name(instance), using)


@receiver(post_delete, sender=settings.AUTH_USER_MODEL)
def on_user_deleted(sender, instance, using, **kwargs):
    tell(instance, shown_name(instance), None, using)


def tell(user, before, after, using):
    key = str(user.pk)  # a deleted instance loses it
    if before != after:
        transaction.on_commit(lambda: shown_changed.send(
            sender=None, key=key, before=before, after=after), using=using)
