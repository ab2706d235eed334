"""
The sockets of the admin's open pages. They end with what their person's rights stand on
(channels_lts.auth), and the person is asked anew.
"""
from channels import Group
from channels.exceptions import DenyConnection
from channels.handler import AsgiRequest
from channels.message import Message
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_user_model
from django.dispatch import receiver

from .. import auth, presence, ratelimit
from ..generic.websockets import JsonWebsocketConsumer
from . import live

TYPING = 20, 10  # so many times that one socket may say so in so many seconds
MOST_PEOPLE = 20  # who are named


class ListConsumer(JsonWebsocketConsumer):
    """Of a list, by the name of its AdminSite and the label of its model."""

    http_user = True
    answer_frames = True
    max_frame = 200

    def raw_connect(self, message, site, model, **kwargs):
        request = request_of(message)
        for admin in live.admins_of(site, model):
            if live.may_follow(admin, request) and self.may_open(admin, request, **kwargs):
                return super().raw_connect(message, site=site, model=model, **kwargs)
        raise DenyConnection("no page that this person may open")

    def may_open(self, admin, request):
        return True

    def connection_groups(self, site, model):
        return [live.group_of(live.model_of(model))]

    def raw_disconnect(self, message, site, model, **kwargs):
        if live.model_of(model) is not None:  # a socket that was refused ends, too
            super().raw_disconnect(message, site=site, model=model, **kwargs)

    def connect(self, message, site, model, **kwargs):
        auth.accept(message)
        message.reply_channel.send(encode({"action": "following", "model": model}))

    def receive(self, content, **kwargs):
        """Nothing is said here."""


class FormConsumer(ListConsumer):
    """Of a row's form, with the key as the form's address has it: who else has it open, too."""

    inlines = ()  # the models of what the form shows beside its row

    def may_open(self, admin, request, pk):
        row = live.find(admin, request, unquote(pk))
        if row is None:
            return False
        self.inlines = live.shown_inlines(admin, request, row)
        return True

    def room(self, site, model, pk):
        return live.room_of(live.model_of(model), unquote(pk))

    def connection_groups(self, site, model, pk):
        return super().connection_groups(site=site, model=model) + [
            live.group_of(each) for each in self.inlines] + [
                self.room(site, model, pk)]

    def raw_disconnect(self, message, site, model, pk):
        self.inlines = {each.model for admin in live.admins_of(site, model)
                        for each in admin.inlines}
        super().raw_disconnect(message, site=site, model=model, pk=pk)

    def connect(self, message, **kwargs):
        super().connect(message, **kwargs)
        room = self.room(**kwargs)
        presence.track(message.reply_channel, message.user.pk, [room])
        message.reply_channel.send(people(dict.fromkeys(presence.members(room), True)))

    def disconnect(self, message, **kwargs):
        presence.untrack(message.reply_channel)

    def receive(self, content, **kwargs):
        if content == {"action": "typing"}:
            ratelimit.use("admin:typing:%s" % self.message.reply_channel.name, *TYPING)
            Group(self.room(**kwargs)).send(encode(
                {"action": "typing", "user": str(self.message.user.pk)}))


@receiver(presence.presence_diff)
def on_presence_diff(sender, scope, changes, **kwargs):
    if scope.startswith("admin-form."):
        Group(scope).send(people(changes), immediately=True)


def request_of(message):
    """What ModelAdmins are asked with: the handshake's headers, cookies, session and user."""
    request = AsgiRequest(Message(
        dict(message.content, method="GET"), "http.request", message.channel_layer))
    request.session = message.http_session
    request.user = message.user
    return request


def people(changes):
    """The frame that says who has a form open: names by key, "" for who hasn't any more."""
    here = [key for key, is_here in changes.items() if is_here][:MOST_PEOPLE]
    names = {str(user.pk): user.get_username()
             for user in get_user_model()._base_manager.filter(pk__in=here)}
    return encode({"action": "people", "people": {
        key: names.get(key, "") for key in changes if not changes[key] or key in names}})


def encode(payload):
    return live.AdminBinding.encode(live.STREAM, payload)
