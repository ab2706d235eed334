"""
Who is here and what they are looking at, limited to what the viewer may see.
"""
from collections import namedtuple

from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.urls import NoReverseMatch, Resolver404, get_script_prefix, resolve, reverse
from redis.exceptions import RedisError

from .. import presence
from . import places
from .action_lock import valid
from .page_names import PageNames
from .site_places import links_of_people

MOST = 20  # listed by name
MOST_PAGES = 3  # per person
MOST_LOGINS = 10
MOST_KEYS = 500  # SQLite takes at most 999 parameters in a query

# `more`: how many there are besides.
Listed = namedtuple("Listed", "people more")
# `pages`: Links; `more`: how many further pages they have open.
Person = namedtuple("Person", "user is_me pages more")


def site_named(name):
    """The AdminSite with this name in the project's URLs, or None."""
    try:
        path = reverse("%s:index" % name)
        view = resolve(path[len(get_script_prefix()) - 1:]).func
    except (NoReverseMatch, Resolver404):
        return None
    return getattr(view, "admin_site", None)


def users_admin(site):
    """The ModelAdmin of the user model, or None."""
    return site._registry.get(get_user_model())


def may_see_users(site, request):
    """Whether somebody may see the site's users, and so which of them are here and log in."""
    admin = users_admin(site)
    return admin is not None and site.has_permission(request) and (
        admin.has_change_permission(request))


def members(scope):
    """Presence's members; None while unknown: the page has other things to show."""
    try:
        return sorted(presence.members(scope))
    except RedisError:
        return None


class People:
    """
    site: an AdminSite.
    request: of somebody with access to the site.
    """

    def __init__(self, site, request):
        self.site = site
        self.request = request
        self.me = str(request.user.pk)

    def in_admin(self):
        """Listed Persons, including the viewer; None: unknown at the moment."""
        found = members(places.scope_of(self.site.name))
        if found is None:
            return None
        pages = {self.me: []}  # the viewer is here
        for each in map(places.place, found):
            pages.setdefault(each.user, []).append(each)
        named = dict(list(pages.items())[:MOST])
        return Listed(self.persons(named), len(pages) - len(named))

    def persons(self, pages):
        names = PageNames(self.site, self.request)
        shown = {key: names.visible(each) for key, each in pages.items()}
        names.load([page for each in shown.values() for page in each[:MOST_PAGES]])
        users = get_user_model()._base_manager.filter(pk__in=list(pages))
        return [self.person(user, shown[str(user.pk)], names)
                for user in sorted(users, key=lambda user: user.get_username())]

    def person(self, user, pages, names):
        links = [names.link(page) for page in pages[:MOST_PAGES]]
        return Person(user, str(user.pk) == self.me, links, len(pages) - len(links))

    def users(self):
        """
        A queryset of the users that the person may see in the list of users; None if they may see
        none.
        """
        if not may_see_users(self.site, self.request):
            return None
        return users_admin(self.site).get_queryset(self.request)

    def may_see(self, user):
        return users_admin(self.site).has_change_permission(self.request, user)

    def on_site(self):
        """Listed Persons, at most the first 500; None: unknown, or not for this person to see."""
        users = self.users()
        found = None if users is None else members(presence.SITE)
        if found is None:
            return None
        model = get_user_model()
        keys = list(valid(model._meta.pk, found[:MOST_KEYS]))
        users = [user for user in users.filter(pk__in=keys).order_by(model.USERNAME_FIELD)
                 if self.may_see(user)]
        try:
            links = links_of_people(self.request)
        except RedisError:
            return None
        return Listed([self.visitor(user, links[str(user.pk)]) for user in users[:MOST]],
                      len(users[MOST:]))

    def visitor(self, user, links):
        return Person(user, str(user.pk) == self.me, links[:MOST_PAGES], len(links[MOST_PAGES:]))

    def logins(self):
        """The users who logged in most recently; None: unknown, or not for this person to see."""
        users = self.users()
        if users is None or not has_last_login():
            return None
        found = users.exclude(last_login=None).order_by("-last_login")[:MOST_LOGINS]
        return [user for user in found if self.may_see(user)]


def has_last_login():
    try:
        return bool(get_user_model()._meta.get_field("last_login"))
    except FieldDoesNotExist:
        return False
