"""
The sockets of the admin's open pages. They end with what their person's rights stand on
(channels_lts.auth), and the person is asked anew.
"""
from channels import Group
from channels.exceptions import DenyConnection
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_user_model
from django.dispatch import receiver

from .. import auth, presence, ratelimit
from ..generic.websockets import JsonWebsocketConsumer
from . import live, places

TYPING = 20, 10  # so many times that one socket may say so in so many seconds
MOST_PEOPLE = 20  # who are named


class ListConsumer(JsonWebsocketConsumer):
    """Of a list, by the name of its AdminSite and the label of its model."""

    http_user = True
    answer_frames = True
    max_frame = 200

    def raw_connect(self, message, site, model, **kwargs):
        admin = live.admins.get((site, model))
        if admin is None or not self.may_open(admin, message.user, **kwargs):
            raise DenyConnection("no page that this person may open")
        super().raw_connect(message, site=site, model=model, **kwargs)

    def may_open(self, admin, user):
        return live.may_follow(admin, user)

    def connection_groups(self, site, model):
        return [live.group_of(live.admins[site, model].model)]

    def connect(self, message, site, model, **kwargs):
        auth.accept(message)
        message.reply_channel.send(encode({"action": "following", "model": model}))
        place = places.member(message.user, model, unquote(kwargs.get("pk", "")))
        presence.track(
            message.reply_channel, place, self.scopes(site=site, model=model, **kwargs))

    def scopes(self, site, **kwargs):
        """Presence's."""
        return [places.scope_of(site)]

    def receive(self, content, **kwargs):
        """Nothing is said here."""

    def disconnect(self, message, **kwargs):
        presence.untrack(message.reply_channel)


class FormConsumer(ListConsumer):
    """Of a row's form, with the key as the form's address has it: who else has it open, too."""

    def may_open(self, admin, user, pk):
        return super().may_open(admin, user) and live.find(admin, user, unquote(pk)) is not None

    def room(self, site, model, pk):
        return live.room_of(live.admins[site, model].model, unquote(pk))

    def connection_groups(self, site, model, pk):
        admin = live.admins[site, model]
        return super().connection_groups(site=site, model=model) + [
            live.group_of(inline.model) for inline in admin.inlines] + [
                self.room(site, model, pk)]

    def scopes(self, **kwargs):
        return super().scopes(**kwargs) + [self.room(**kwargs)]

    def connect(self, message, **kwargs):
        super().connect(message, **kwargs)
        here = places.present(self.room(**kwargs))
        message.reply_channel.send(people(dict.fromkeys(here, True)))

    def receive(self, content, **kwargs):
        if content == {"action": "typing"}:
            ratelimit.use("admin:typing:%s" % self.message.reply_channel.name, *TYPING)
            Group(self.room(**kwargs)).send(encode(
                {"action": "typing", "user": str(self.message.user.pk)}))


@receiver(presence.presence_diff)
def on_presence_diff(sender, scope, changes, **kwargs):
    if scope.startswith("admin-form."):
        Group(scope).send(people(places.users(scope, changes)), immediately=True)


def people(changes):
    """The frame that says who has a form open: names by key, "" for who hasn't any more."""
    here = [key for key, is_here in changes.items() if is_here][:MOST_PEOPLE]
    names = {str(user.pk): user.get_username()
             for user in get_user_model()._base_manager.filter(pk__in=here)}
    return encode({"action": "people", "people": {
        key: names.get(key, "") for key in changes if not changes[key] or key in names}})


def encode(payload):
    return live.frame(payload)
