"""
The socket of an AdminSite's index. It only learns that the people present have changed, not who:
the page then fetches what its own visitor may see.
"""
from channels import Group
from channels.exceptions import DenyConnection
from django.contrib.auth import get_user_model
from django.dispatch import receiver

from .. import auth, presence, sessions
from ..conf import settings
from . import live, logins, places
from .consumers import PageConsumer, request_of
from .people import may_see_users, site_named

HERE = live.frame({"action": "here"})


def group_of(site):
    return live.group_named("admin-index.%s" % site)


class IndexConsumer(PageConsumer):
    """The index's socket, addressed by the AdminSite's name."""

    def raw_connect(self, message, site):
        found = site_named(site)
        request = request_of(message)
        if found is None or not found.has_permission(request):
            raise DenyConnection("no index that this person may open")
        groups = self.connection_groups(site)
        if not may_see_users(found, request):
            groups = groups[:1]
        sessions.join(message, groups)
        self.connect(message, site=site)

    def connection_groups(self, site):
        """The groups it leaves; all but the first are for people who may see the users."""
        return [group_of(site), logins.GROUP, live.group_of(get_user_model())]

    def connect(self, message, site):
        auth.accept(message, self.numbers("following"))
        presence.track(message.reply_channel, places.member(message.user), [places.scope_of(site)])
        message.reply_channel.send(HERE)  # what has happened since the page was drawn


@receiver(presence.presence_diff)
def on_presence_diff(sender, scope, **kwargs):
    if scope.startswith(places.SCOPE):
        Group(group_of(scope[len(places.SCOPE):])).send(HERE, immediately=True)
    elif scope == presence.SITE or settings.SITE_PLACES and not scope.startswith(live.FORM):
        Group(logins.GROUP).send(HERE, immediately=True)
