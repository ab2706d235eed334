from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from chat.models import Room
from links.models import Link, LinkTag, Tag
from primer.models import IntegerValue

ACCOUNTS = [("admin", True), ("alice", False), ("bob", False)]

TAGS = [
    ("python", "The language"),
    ("django", "The web framework"),
    ("channels", "Sockets and background work for Django"),
    ("redis", "The channel layer's store"),
]

LINKS = [
    ("Django", "https://www.djangoproject.com/", "The web framework", ["python", "django"]),
    ("Channels 1.x", "https://channels.readthedocs.io/en/1.x/", "Its manual",
     ["django", "channels"]),
    ("Daphne", "https://github.com/django/daphne", "The interface server", ["channels"]),
    ("asgi_redis", "https://github.com/django/channels_redis", "The channel layer",
     ["channels", "redis"]),
    ("Redis", "https://redis.io/", "The layer's store", ["redis"]),
]

VALUES = [("apples", 3), ("pears", 5), ("plums", 8)]

ROOM = "default"


class Command(BaseCommand):
    help = ("Loads the demo accounts (each one's password is its name), tags, links, "
            "values and a chat room. Running it again adds only what is missing.")

    def handle(self, *args, **options):
        if not settings.DEBUG:
            raise CommandError(
                "The demo accounts have well-known passwords: this command needs DEBUG=1.")
        with transaction.atomic():
            users = {name: self.account(name, is_admin) for name, is_admin in ACCOUNTS}
            if not Link.objects.exists() and not Tag.objects.exists():
                self.rows(users["admin"])
            if not IntegerValue.objects.exists():
                for name, value in VALUES:
                    IntegerValue.objects.create(name=name, value=value)
            Room.objects.get_or_create(key=ROOM, defaults={"name": ROOM})

    def account(self, name, is_admin):
        users = get_user_model().objects
        try:
            return users.get(username=name)
        except get_user_model().DoesNotExist:
            create = users.create_superuser if is_admin else users.create_user
            return create(name, "%s@example.com" % name, name)

    def rows(self, user):
        tags = {
            name: Tag.objects.create(name=name, description=description, user=user)
            for name, description in TAGS
        }
        for name, url, description, tag_names in LINKS:
            link = Link.objects.create(name=name, url=url, description=description, user=user)
            for tag_name in tag_names:
                LinkTag.objects.create(link=link, tag=tags[tag_name])
