"""
Who is where in an AdminSite, as presence knows it: a member of its scopes is a person at a page.
"""
import json
from collections import namedtuple

from .. import presence

# `user`: the key as text; `model`: its label, "" for the index; `pk`: the row's as text, "" for a
# list.
Place = namedtuple("Place", "user model pk")

SCOPE = "admin-people."


def scope_of(site):
    """Of all who have a live page of the AdminSite of this name open."""
    return SCOPE + site


def member(user, model="", pk=""):
    return json.dumps([str(user.pk), model, pk])


def place(member):
    return Place(*json.loads(member))


def users(scope, changes):
    """
    {key of a user: whether they are in the scope} of those whom presence's changes are about:
    somebody may have left one of several pages.
    """
    found = {place(each).user for each in changes}
    if all(changes.values()):
        return dict.fromkeys(found, True)
    here = present(scope)
    return {user: user in here for user in found}


def present(scope):
    """The keys of the users who are in the scope."""
    return {place(each).user for each in presence.members(scope)}
