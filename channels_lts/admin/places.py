"""
Who is where in an AdminSite: each member of its presence scopes is one person at one page.
"""
import json
from collections import namedtuple

from .. import presence

# `user`: the key as text; `model`: its label, "" for the index; `pk`: the row's key as text, ""
# for a list.
Place = namedtuple("Place", "user model pk")

SCOPE = "admin-people."


def scope_of(site):
    """The presence scope of everybody with a live page open in the AdminSite of this name."""
    return SCOPE + site


def member(user, model="", pk=""):
    return json.dumps([str(user.pk), model, pk])


def place(member):
    return Place(*json.loads(member))


def users(scope, changes):
    """
    {user key: whether they are in the scope} for the users in these presence changes: somebody
    may have left only one of several pages.
    """
    found = {place(each).user for each in changes}
    if all(changes.values()):
        return dict.fromkeys(found, True)
    here = present(scope)
    return {user: user in here for user in found}


def present(scope):
    """The keys of the users who are in the scope."""
    return {place(each).user for each in presence.members(scope)}
