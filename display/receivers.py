"""
Tells every open page who is here, that is, has a window of the site open.
"""
from channels import Group
from django.contrib.auth import get_user_model
from django.dispatch import receiver
from django.utils import timezone

from channels_lts import presence

from . import frames, groups
from .models import LastSeen, shared_users, to_second

MANY = 20  # with this many comings and goings at once, one list is sent


@receiver(presence.presence_diff)
def on_presence_diff(sender, scope, changes, **kwargs):
    if scope == presence.SITE:
        now = timezone.now()
        LastSeen.objects.note([key for key, is_here in changes.items() if not is_here], now)
        shared_users.changed()
        for frame in frames_for(changes, now):
            Group(groups.USERS).send(frame, immediately=True)


def frames_for(changes, now):
    if len(changes) > MANY:
        return [frames.who(shared_users.get())]
    users = get_user_model().objects.filter(pk__in=changes, is_active=True).order_by("username")
    return [frames.online(user.get_username()) if changes[str(user.pk)]
            else frames.gone(user.get_username(), to_second(now)) for user in users]
