"""
Which models open pages of the admin follow, and what tells them of a change.
"""
import re

from channels.generic.websockets import WebsocketMultiplexer
from django.apps import apps
from django.contrib.admin.sites import all_sites
from django.db import DataError
from django.urls import get_resolver

from .. import crypto
from ..binding import outbound
from ..binding.base import Binding
from .rows import root_of

STREAM = "admin"
GROUP = re.compile(r"[a-zA-Z0-9_.-]{1,99}$")  # what layers take for a name
FORM = "admin-form."  # in front of the scope of who has a form open
followers = {}  # {model: the binding that tells of its rows}


class AdminBinding(Binding):
    """
    Tells in one frame for each transaction which rows of a model have changed, and nothing of what
    they hold, the keys neither: a page asks the server for what its person may see of them.
    """

    model = None
    exclude = []
    stream = STREAM
    answer_frames = True
    has_triggers = False  # of its own: it hears of those that other bindings have

    encode = WebsocketMultiplexer.encode

    @classmethod
    def all_groups(cls):
        return [cls.group]

    @classmethod
    def send_rows(cls, using, changed, numbers):
        pks = [name_of(cls.model, pk) for pk in changed]
        cls.tell({"action": "changed", "pks": pks}, numbers)

    @classmethod
    def send_reload(cls, groups, numbers):
        cls.tell({"action": "reload"}, numbers)

    @classmethod
    def tell(cls, payload, numbers):
        number = next(numbers.of(cls, {None: [cls.group]})[cls.group])
        outbound.send(cls, cls.group, dict(payload, model=cls.model_label), number)

    def serialize(self, instance, action):
        return {}


def frame(payload):
    return AdminBinding.encode(STREAM, payload)


def follow(admin):
    """Has what changes in the rows of a ModelAdmin's model, and of its inlines', be told."""
    for model in [admin.model] + [inline.model for inline in admin.inlines]:
        model = model._meta.concrete_model
        if model not in followers:
            followers[model] = type(AdminBinding)(
                "%sFollower" % model.__name__, (AdminBinding,),
                {"model": model, "group": group_of(model), "__module__": __name__})


def group_of(model):
    meta = model._meta.concrete_model._meta
    return group_named("admin.%s-%s" % (meta.app_label, meta.model_name))


def group_named(name):
    """The name, or, where layers don't take it, another that stands for it."""
    return name if GROUP.match(name) else "admin.%s" % crypto.digest("admin", name)


def name_of(model, pk):
    """
    What frames call a row. Everybody who follows the model hears it, so it is a digest: the key may
    say something that only those may see who have the row in their list.
    """
    meta = model._meta.concrete_model._meta
    return crypto.digest("admin-row", "%s %s" % (meta.label_lower, meta.pk.to_python(pk)))


def label_of(model):
    """As frames name it."""
    return model._meta.concrete_model._meta.label_lower


def room_of(model, pk):
    """The group, and presence's scope, of who has a row's form open."""
    name = "%s %s" % (root_of(model)._meta.label_lower, pk)
    return FORM + crypto.digest("admin-form", name)


def model_of(label):
    """The model with this label, or None."""
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def admins_of(site, label):
    """
    The ModelAdmins that live lists of the model with this label have in AdminSites of this name,
    as they are registered now. Nothing keeps a project from giving two sites one name.
    """
    get_resolver().url_patterns  # which may register some
    model = model_of(label)
    found = [each._registry.get(model) for each in list(all_sites) if each.name == site]
    return [admin for admin in found if getattr(admin, "live_list", False)]


def may_follow(admin, request):
    """
    Whether somebody may hear that rows have changed: who may open the list. Django 1.11 has no
    permission to look, so this is the one to change.
    """
    return admin.admin_site.has_permission(request) and admin.has_change_permission(request)


def find(admin, request, pk):
    """The row whose form somebody may open, or None."""
    try:
        row = admin.get_object(request, pk)
    except (DataError, OverflowError, ValueError):  # a key that the column can't hold
        return None
    return row if row is not None and admin.has_change_permission(request, row) else None


def shown_inlines(admin, request, row):
    """The models of the inlines whose rows the row's form shows this person."""
    return {inline.model for inline in admin.get_inline_instances(request, row)
            if inline.has_change_permission(request, row)}


def socket_path(admin):
    """What is behind the path of the sockets for the list of this ModelAdmin."""
    return "%s/%s/" % (admin.admin_site.name, admin.model._meta.label_lower)
