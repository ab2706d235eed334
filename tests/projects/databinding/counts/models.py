import uuid

from django.db import models


class IntegerValue(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=50, unique=True)
    value = models.IntegerField(default=0)
