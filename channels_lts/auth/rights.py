"""
Permissions granted or withdrawn: the sockets of the users concerned reconnect, and what they may
see is checked again.
"""
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.db.models.signals import m2m_changed, pre_delete

from .codes import SESSION_CHANGED
from .endings import Target, disconnect_all
from .groups import user_key_of

CHANGES = ("post_add", "post_remove", "pre_clear")  # after a clear, the members are unknown


def connect():
    user = get_user_model()
    for name in ("groups", "user_permissions"):
        if hasattr(user, name):  # a user model may have no permissions
            m2m_changed.connect(on_own_changed, sender=getattr(user, name).through)
    if hasattr(user, "groups"):
        m2m_changed.connect(on_group_changed, sender=Group.permissions.through)
        pre_delete.connect(on_group_deleted, sender=Group)
        pre_delete.connect(on_permission_deleted, sender=Permission)


def is_change(action, pk_set):
    """Whether anything really changed: adding what is already there leaves `pk_set` empty."""
    return action in CHANGES and pk_set != set()


def on_own_changed(sender, instance, action, reverse, pk_set, using, **kwargs):
    """A user's groups or permissions; with `reverse` by the other side, a group's users."""
    if not is_change(action, pk_set):
        return
    if not reverse:
        tell([instance.pk], using)
    elif pk_set is None:
        name = "groups" if isinstance(instance, Group) else "user_permissions"
        tell(users(using, Q(**{name: instance})), using)
    else:
        tell(pk_set, using)


def on_group_changed(sender, instance, action, reverse, pk_set, using, **kwargs):
    """A group's permissions; with `reverse` by the other side, a permission's groups."""
    if not is_change(action, pk_set):
        return
    if not reverse:
        who = Q(groups=instance)
    elif pk_set is None:
        who = Q(groups__permissions=instance)
    else:
        who = Q(groups__in=pk_set)
    tell(users(using, who), using)


def on_group_deleted(sender, instance, using, **kwargs):
    tell(users(using, Q(groups=instance)), using)


def on_permission_deleted(sender, instance, using, **kwargs):
    who = Q(groups__permissions=instance)
    if hasattr(get_user_model(), "user_permissions"):
        who |= Q(user_permissions=instance)
    tell(users(using, who), using)


def users(using, who):
    """The keys of the users, read now: after a deletion they can't be found any more."""
    found = get_user_model()._base_manager.using(using).filter(who)
    return list(found.values_list("pk", flat=True).distinct())


def tell(keys, using):
    disconnect_all([Target("user", user_key_of(key)) for key in keys], SESSION_CHANGED, using)
