"""
Which models the admin's open pages follow, and what notifies them of a change.
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
GROUP = re.compile(r"[a-zA-Z0-9_.-]{1,99}$")  # what layers accept as a name
FORM = "admin-form."  # prefix of the scope of people who have a form open
followers = {}  # {model: the binding that announces changes to its rows}


class AdminBinding(Binding):
    """
    Announces in one frame per transaction which rows of a model have changed, without their values
    or keys: a page asks the server for what its visitor may see of them.
    """

    model = None
    exclude = []
    stream = STREAM
    answer_frames = True
    has_triggers = False  # of its own: it uses those that other bindings have

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
    """Announces changes to the rows of a ModelAdmin's model and of its inlines."""
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
    """The name, or a substitute for it if layers wouldn't accept it."""
    return name if GROUP.match(name) else "admin.%s" % crypto.digest("admin", name)


def name_of(model, pk):
    """
    The name frames use for a row: a digest, since everybody who follows the model receives it, and
    the key may reveal something to people who don't have the row in their list.
    """
    meta = model._meta.concrete_model._meta
    return crypto.digest("admin-row", "%s %s" % (meta.label_lower, meta.pk.to_python(pk)))


def label_of(model):
    """The model's name in frames."""
    return model._meta.concrete_model._meta.label_lower


def room_of(model, pk):
    """The group, and presence scope, of people who have a row's form open."""
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
    The ModelAdmins with live lists for the model with this label, as currently registered in the
    AdminSites of this name. Nothing keeps a project from giving two sites the same name.
    """
    get_resolver().url_patterns  # importing these may register some
    model = model_of(label)
    found = [each._registry.get(model) for each in list(all_sites) if each.name == site]
    return [admin for admin in found if getattr(admin, "live_list", False)]


def may_follow(admin, request):
    """
    Whether somebody may hear that rows have changed: anyone who may open the list. Django 1.11 has
    no view permission; override this to change the rule.
    """
    return admin.admin_site.has_permission(request) and admin.has_change_permission(request)


def find(admin, request, pk):
    """The row, if this person may open its form, or None."""
    try:
        row = admin.get_object(request, pk)
    except (DataError, OverflowError, ValueError):  # a key that the column can't hold
        return None
    return row if row is not None and admin.has_change_permission(request, row) else None


def shown_inlines(admin, request, row):
    """The models of the inlines that the row's form shows this person."""
    return {inline.model for inline in admin.get_inline_instances(request, row)
            if inline.has_change_permission(request, row)}


def socket_path(admin):
    """The part of the list socket's URL that follows ADMIN_SOCKETS, for this ModelAdmin."""
    return "%s/%s/" % (admin.admin_site.name, admin.model._meta.label_lower)
