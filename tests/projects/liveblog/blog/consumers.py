from channels import Group
from channels.generic.websockets import JsonWebsocketConsumer

from .models import Liveblog


def connect_blog(message, slug):
    blog = Liveblog.objects.filter(slug=slug).first()
    if blog is None:
        message.reply_channel.send({"accept": False})
        return
    message.reply_channel.send({"accept": True})
    Group(blog.group_name).add(message.reply_channel)


def disconnect_blog(message, slug):
    Group(Liveblog(slug=slug).group_name).discard(message.reply_channel)


class Discussion(JsonWebsocketConsumer):
    http_user = True
    groups = ["discussion"]

    def receive(self, content):
        if content == "bye":
            self.close()
        elif content == "all":
            self.group_send("discussion", {"to": "all"})
        else:
            self.send({"user": str(self.message.user), "you said": content})
