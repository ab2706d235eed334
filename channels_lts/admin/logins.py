"""
Tells open indexes that somebody has logged in.
"""
from channels import Group
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.dispatch import receiver

from . import live

# The sockets of people who may see the users' logins, in any AdminSite
GROUP = "admin-index-users"


@receiver(user_logged_in)
def on_user_logged_in(sender, **kwargs):
    """
    Django's own receiver, which sets last_login, may run after this one; but pages don't ask
    immediately.
    """
    transaction.on_commit(lambda: Group(GROUP).send(live.frame({"action": "here"})))
