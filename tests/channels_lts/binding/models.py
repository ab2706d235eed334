"""
Models with what the site's own don't have: groups by row, relations without a through model,
to itself, columns that are set on a deletion, inheritance, and every type of value.
"""
import uuid

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import models

from channels_lts.binding import BoundManager


class Topic(models.Model):
    name = models.CharField(max_length=10)


class Label(models.Model):
    name = models.CharField(max_length=10)


class Note(models.Model):
    room = models.CharField(max_length=10, default="hall")
    text = models.CharField(max_length=20, blank=True)
    topic = models.ForeignKey(Topic, null=True, on_delete=models.SET_NULL)
    labels = models.ManyToManyField(Label, related_name="notes")
    peers = models.ManyToManyField("self")

    objects = BoundManager()

    class Meta:
        base_manager_name = "objects"


class Memo(Note):
    """A proxy."""

    class Meta:
        proxy = True

    def shout(self):
        return self.text.upper()


class Letter(Note):
    """A child with a table of its own, which inherits no manager."""

    pages = models.IntegerField(default=1)

    objects = BoundManager()

    class Meta:
        base_manager_name = "objects"


class Parcel(Letter):
    """A grandchild."""

    weight = models.IntegerField(default=1)

    objects = BoundManager()

    class Meta:
        base_manager_name = "objects"


class Place(models.Model):
    """Its key is what somebody has typed."""

    code = models.CharField(max_length=30, primary_key=True)
    text = models.CharField(max_length=20, blank=True)


class Page(models.Model):
    """Sent to one group, with a relation that has no through model of its own."""

    title = models.CharField(max_length=10)
    labels = models.ManyToManyField(Label, related_name="pages")

    objects = BoundManager()

    class Meta:
        base_manager_name = "objects"


class Leaf(Page):
    """A child with a key of its own."""

    number = models.AutoField(primary_key=True)
    page = models.OneToOneField(Page, parent_link=True, on_delete=models.CASCADE)

    class Meta:
        base_manager_name = "objects"


class Sample(models.Model):
    """One field of each kind that a client may set, and some that it may not."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    text = models.CharField(max_length=10, default="x")
    number = models.IntegerField(default=0)
    ratio = models.FloatField(default=0)
    price = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    day = models.DateField(null=True, blank=True)
    flag = models.BooleanField(default=False)
    maybe = models.NullBooleanField()
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.PROTECT)
    low = models.IntegerField(default=0)
    high = models.IntegerField(default=9)
    slug = models.CharField(max_length=20, blank=True)
    upload = models.FileField(blank=True)
    fixed = models.CharField(max_length=10, editable=False, default="fixed")
    secret = models.CharField(max_length=10, default="secret")
    changed = models.DateTimeField(auto_now=True)

    objects = BoundManager()

    class Meta:
        base_manager_name = "objects"

    def clean(self):
        self.slug = self.text.lower()
        if self.low > self.high:
            raise ValidationError("Low is above high.")


class Person(AbstractBaseUser):
    """A user model without a user name, and without permissions."""

    email = models.EmailField(unique=True)

    USERNAME_FIELD = "email"


class Kind(models.Model):
    """Every kind of column that a client may set."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=30, default="x")
    text = models.TextField(blank=True)
    slug = models.SlugField(blank=True)
    url = models.URLField(blank=True)
    email = models.EmailField(blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    uuid = models.UUIDField(null=True, blank=True)
    price = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    ratio = models.FloatField(null=True, blank=True)
    small = models.SmallIntegerField(null=True, blank=True)
    number = models.IntegerField(null=True, blank=True)
    big = models.BigIntegerField(null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    moment = models.DateTimeField(null=True, blank=True)
    time = models.TimeField(null=True, blank=True)
    span = models.DurationField(null=True, blank=True)
    flag = models.NullBooleanField()
    topic = models.ForeignKey(Topic, null=True, blank=True, on_delete=models.PROTECT)

    objects = BoundManager()

    class Meta:
        base_manager_name = "objects"
