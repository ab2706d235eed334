"""
Where on the site people can be, for the index of the admin.
"""
from django.urls import reverse
from django.utils.translation import ugettext as _

from chat import rooms
from chat.groups import room
from display.groups import PAGE as USERS_PAGE
from links.groups import PAGE as LINKS_PAGE


def site_places(request):
    """For CHANNELS_LTS["SITE_PLACES"]."""
    yield USERS_PAGE, _("Users"), reverse("display:user-list")
    yield LINKS_PAGE, _("Links"), reverse("links:links-detail")
    for each in rooms.open_to(request.user):
        yield room(each.pk), "%s: %s" % (_("Chat"), each.name), rooms.address(each)
