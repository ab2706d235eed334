"""
The sockets of the admin's open pages. They are closed when the login or the permissions behind
them end (channels_lts.auth); on return the permissions are checked again.
"""
from channels import Group
from channels.exceptions import DenyConnection
from channels.handler import AsgiRequest
from channels.message import Message
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_user_model
from django.dispatch import receiver

from .. import auth, presence, ratelimit
from ..binding import sequence
from ..generic.websockets import JsonWebsocketConsumer
from . import live, places

# Limits: this many messages from one socket in this many seconds
TYPING = 20, 10
SYNCS = 10, 10
MOST_PEOPLE = 20  # listed by name


class PageConsumer(JsonWebsocketConsumer):
    """The socket of an admin page that follows models and counts as a place where somebody is."""

    http_user = True
    answer_frames = True
    max_frame = 200

    def models(self, **kwargs):
        """The models that the page shows; after the handshake only those named in its URL."""
        return []

    def connection_groups(self, **kwargs):
        return [live.group_of(model) for model in self.models(**kwargs)]

    def receive(self, content, **kwargs):
        if content == {"action": "sync"}:
            ratelimit.use("sync:%s" % self.message.reply_channel.name, *SYNCS)
            self.message.reply_channel.send(self.numbers("sync", **kwargs))

    def numbers(self, action, **kwargs):
        """The last frame number of each model, which shows a page whether it has missed some."""
        groups = {live.label_of(model): live.group_of(model) for model in self.models(**kwargs)}
        numbers = sequence.current_of(set(groups.values()))
        return live.frame({"action": action, "seq": {
            label: numbers[group] for label, group in groups.items()}})

    def disconnect(self, message, **kwargs):
        presence.untrack(message.reply_channel)


class ListConsumer(PageConsumer):
    """The socket of a list, addressed by its AdminSite's name and its model's label."""

    def raw_connect(self, message, site, model, **kwargs):
        request = request_of(message)
        for admin in live.admins_of(site, model):
            if live.may_follow(admin, request) and self.may_open(admin, request, **kwargs):
                return super().raw_connect(message, site=site, model=model, **kwargs)
        raise DenyConnection("no page that this person may open")

    def may_open(self, admin, request):
        return True

    def models(self, site, model, **kwargs):
        return [live.model_of(model)]

    def raw_disconnect(self, message, site, model, **kwargs):
        if live.model_of(model) is not None:  # also reached for a socket that was refused
            super().raw_disconnect(message, site=site, model=model, **kwargs)

    def connect(self, message, **kwargs):
        auth.accept(message, self.numbers("following", **kwargs))
        presence.track(
            message.reply_channel, self.place(message, **kwargs), self.scopes(**kwargs))

    def place(self, message, model, pk="", **kwargs):
        return places.member(message.user, model, unquote(pk))

    def scopes(self, site, **kwargs):
        """The presence scopes of this page."""
        return [places.scope_of(site)]


class FormConsumer(ListConsumer):
    """
    The socket of a change form, with the key as in the form's URL; shows who else has it open.
    """

    inlines = ()  # the models the form shows inline, as of the handshake

    def may_open(self, admin, request, pk):
        row = live.find(admin, request, unquote(pk))
        if row is None:
            return False
        self.inlines = live.shown_inlines(admin, request, row)
        return True

    def room(self, site, model, pk):
        return live.room_of(live.model_of(model), unquote(pk))

    def models(self, **kwargs):
        return super().models(**kwargs) + list(self.inlines)

    def connection_groups(self, **kwargs):
        return super().connection_groups(**kwargs) + [self.room(**kwargs)]

    def raw_disconnect(self, message, site, model, pk):
        self.inlines = {each.model for admin in live.admins_of(site, model)
                        for each in admin.inlines}
        super().raw_disconnect(message, site=site, model=model, pk=pk)

    def scopes(self, **kwargs):
        return super().scopes(**kwargs) + [self.room(**kwargs)]

    def connect(self, message, **kwargs):
        super().connect(message, **kwargs)
        here = places.present(self.room(**kwargs))
        message.reply_channel.send(people(dict.fromkeys(here, True)))

    def receive(self, content, **kwargs):
        super().receive(content, **kwargs)
        if content == {"action": "typing"}:
            ratelimit.use("admin:typing:%s" % self.message.reply_channel.name, *TYPING)
            Group(self.room(**kwargs)).send(live.frame(
                {"action": "typing", "user": str(self.message.user.pk)}))


@receiver(presence.presence_diff)
def on_presence_diff(sender, scope, changes, **kwargs):
    if scope.startswith(live.FORM):
        Group(scope).send(people(places.users(scope, changes)), immediately=True)


def request_of(message):
    """
    The request that ModelAdmins are given: the handshake's headers, cookies, session and user.
    """
    request = AsgiRequest(Message(
        dict(message.content, method="GET"), "http.request", message.channel_layer))
    request.session = message.http_session
    request.user = message.user
    return request


def people(changes):
    """The frame that says who has a form open: names by key, "" for those who no longer do."""
    here = [key for key, is_here in changes.items() if is_here][:MOST_PEOPLE]
    names = {str(user.pk): user.get_username()
             for user in get_user_model()._base_manager.filter(pk__in=here)}
    return live.frame({"action": "people", "people": {
        key: names.get(key, "") for key in changes if not changes[key] or key in names}})
