"""
Which models open pages of the admin follow, and what tells them of a change.
"""
from channels import Group
from channels.generic.websockets import WebsocketMultiplexer
from django.http import HttpRequest
from django.utils.encoding import force_text

from .. import crypto
from ..binding.base import Binding

STREAM = "admin"
admins = {}  # {(name of the AdminSite, label of the model): ModelAdmin}
followers = {}  # {model: the binding that tells of its rows}


class AdminBinding(Binding):
    """
    Tells in one frame for each transaction which rows of a model have changed, and nothing of what
    they hold: a page asks the server for what its person may see of them.
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
        cls.tell({"action": "changed", "pks": [force_text(pk) for pk in changed]})

    @classmethod
    def send_reload(cls, groups, numbers):
        cls.tell({"action": "reload"})

    @classmethod
    def tell(cls, payload):
        Group(cls.group).send(
            cls.encode(cls.stream, dict(payload, model=cls.model_label)), immediately=True)

    def serialize(self, instance, action):
        return {}


def frame(payload):
    return AdminBinding.encode(STREAM, payload)


def register(admin):
    """Has open lists of this ModelAdmin follow its model."""
    admins[admin.admin_site.name, admin.model._meta.label_lower] = admin
    for model in [admin.model] + [inline.model for inline in admin.inlines]:
        follow(model._meta.concrete_model)


def follow(model):
    if model not in followers:
        followers[model] = type(AdminBinding)(
            "%sFollower" % model.__name__, (AdminBinding,),
            {"model": model, "group": group_of(model), "__module__": __name__})


def group_of(model):
    meta = model._meta.concrete_model._meta
    return "admin.%s-%s" % (meta.app_label, meta.model_name)


def room_of(model, pk):
    """The group, and presence's scope, of who has a row's form open."""
    name = "%s %s" % (model._meta.concrete_model._meta.label_lower, pk)
    return "admin-form.%s" % crypto.digest("admin-form", name)


def may_follow(admin, user):
    """
    Whether somebody may hear that rows have changed: who may open the list. Django 1.11 has no
    permission to look, so this is the one to change.
    """
    request = request_of(user)
    return admin.admin_site.has_permission(request) and admin.has_change_permission(request)


def find(admin, user, pk):
    """The row whose form somebody may open, or None."""
    request = request_of(user)
    row = admin.get_object(request, pk)
    return row if row is not None and admin.has_change_permission(request, row) else None


def request_of(user):
    request = HttpRequest()
    request.user = user
    return request


def socket_path(admin):
    """What is behind the path of the sockets for the list of this ModelAdmin."""
    return "%s/%s/" % (admin.admin_site.name, admin.model._meta.label_lower)
