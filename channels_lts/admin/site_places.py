"""
What people on the site are looking at, from the presence scopes named by SITE_PLACES.
"""
from collections import defaultdict

from django.utils.module_loading import import_string
from django.utils.text import Truncator

from .. import presence
from ..conf import settings
from .page_names import LONG, Link

MOST_PLACES = 500  # looked up at all
MOST_BUSY = 50  # occupied ones whose people are looked up


def links_of_people(request):
    """
    {user key as text: [Link]}, for the places that the request's person may hear of. Raises
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
