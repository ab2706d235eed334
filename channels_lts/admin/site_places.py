"""
What people on the site look at, as the project names presence's scopes (SITE_PLACES).
"""
from collections import defaultdict

from django.utils.module_loading import import_string
from django.utils.text import Truncator

from .. import presence
from ..conf import settings
from .page_names import LONG, Link

MOST_PLACES = 500  # that are asked about
MOST_BUSY = 50  # of those with somebody in them, whose people are asked for


def links_of_people(request):
    """
    {key of a user as text: [Link]}, of the places that the request's person may hear of. Raises
    RedisError.
    """
    found = defaultdict(list)
    if settings.SITE_PLACES is None:
        return found
    places = list(import_string(settings.SITE_PLACES)(request))[:MOST_PLACES]
    counts = presence.count([scope for scope, _text, _url in places])
    busy = [place for place in places if counts[place[0]]]
    for scope, text, url in busy[:MOST_BUSY]:
        for user in presence.members(scope):
            found[user].append(Link(Truncator(text).chars(LONG), url))
    return found
