"""
Says to every open page who is here: who has a window of the site open.
"""
from channels import Group
from django.contrib.auth import get_user_model
from django.dispatch import receiver

from channels_lts import presence

from . import frames, groups
from .models import shared_users

MANY = 20  # comings and goings at one time are told with one list


@receiver(presence.presence_diff)
def on_presence_diff(sender, scope, changes, **kwargs):
    if scope == presence.SITE:
        shared_users.changed()
        for frame in frames_for(changes):
            Group(groups.USERS).send(frame, immediately=True)


def frames_for(changes):
    if len(changes) > MANY:
        return [frames.who(shared_users.get())]
    users = get_user_model().objects.filter(pk__in=changes, is_active=True).order_by("username")
    return [frames.online(user.get_username(), changes[str(user.pk)]) for user in users]
