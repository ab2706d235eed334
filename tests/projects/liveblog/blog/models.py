import json

from channels import Group
from django.db import models


class Liveblog(models.Model):
    slug = models.SlugField(unique=True)

    @property
    def group_name(self):
        return "liveblog-%s" % self.slug


class Post(models.Model):
    liveblog = models.ForeignKey(Liveblog, related_name="posts", on_delete=models.CASCADE)
    body = models.TextField()

    def send_notification(self, action):
        Group(self.liveblog.group_name).send({
            "text": json.dumps({"action": action, "id": self.pk, "body": self.body},
                               sort_keys=True),
        })
