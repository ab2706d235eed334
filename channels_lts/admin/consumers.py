"""
The sockets of the admin's open pages.
"""
from channels.exceptions import DenyConnection

from ..generic.websockets import JsonWebsocketConsumer
from . import live


class ListConsumer(JsonWebsocketConsumer):
    """
    Of a list, by the name of its AdminSite and the label of its model. A socket ends with what its
    person's rights stand on (channels_lts.auth), and is asked anew.
    """

    http_user = True
    answer_frames = True

    def raw_connect(self, message, site, model):
        admin = live.admins.get((site, model))
        if admin is None or not live.may_follow(admin, message.user):
            raise DenyConnection("no list that this person may open")
        super().raw_connect(message, site=site, model=model)

    def connection_groups(self, site, model):
        return [live.group_of(live.admins[site, model].model)]

    def connect(self, message, site, model):
        message.reply_channel.send({"accept": True})
        message.reply_channel.send(live.AdminBinding.encode(
            live.STREAM, {"action": "following", "model": model}))

    def receive(self, content, **kwargs):
        """Nothing is said here."""
