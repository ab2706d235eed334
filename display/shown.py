"""
Accounts whose name changes, or that are no longer shown.
"""
from collections import namedtuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connections, transaction
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import Signal, receiver

from channels_lts.auth.saves import Saves

# Sent after the commit, with the `changes` of a transaction, a list of Changes in order; in several
# parts if savepoints were open. New accounts aren't included.
shown_changed = Signal(providing_args=["changes"])

# `key`: the user's primary key as text; `before`, `after`: the names, None for somebody who isn't
# shown: deactivated, or deleted.
Change = namedtuple("Change", "key before after")

saves = Saves()


def shown_name(user):
    return user.get_username() if user.is_active else None


def is_about_showing(update_fields):
    """Whether a save may affect what is shown: a login, for example, doesn't."""
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
    if before == after:
        return
    change = Change(str(user.pk), before, after)  # a deleted instance loses its key
    if connections[using].in_atomic_block:
        Told.in_transaction(using).add(change)
    else:
        Part([change])()


class Part:
    """Changes within one set of open savepoints; Django calls it if they are committed."""

    def __init__(self, changes):
        self.changes = changes

    def __call__(self):
        shown_changed.send(sender=None, changes=self.changes)


class Told:
    """
    What the open transaction will announce. It is among the connection's on-commit functions, in
    no savepoint, so that it begins and ends with the transaction.
    """

    def __init__(self, using):
        self.connection = connections[using]
        self.using = using
        self.savepoints = self.part = None

    @classmethod
    def in_transaction(cls, using):
        functions = connections[using].run_on_commit
        for _savepoints, function in functions:
            if isinstance(function, cls):
                return function
        told = cls(using)
        functions.insert(0, (set(), told))  # at the head it is found at once
        return told

    def __call__(self):
        """Its parts do the work."""

    def add(self, change):
        """Adds it to the last part, if that shares its fate: its savepoints are all still open."""
        savepoints = list(self.connection.savepoint_ids)
        if self.savepoints != savepoints:
            self.savepoints, self.part = savepoints, Part([])
            transaction.on_commit(self.part, using=self.using)
        self.part.changes.append(change)
