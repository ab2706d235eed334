import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models


class Member(AbstractBaseUser, PermissionsMixin):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    desk = models.CharField(max_length=20, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    objects = BaseUserManager()

    USERNAME_FIELD = "email"

    def get_short_name(self):
        return self.email

    get_full_name = get_short_name


class Story(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=50)
    desk = models.CharField(max_length=20)
    is_published = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "stories"

    def __str__(self):
        return self.title


class Draft(Story):
    class Meta:
        proxy = True


class Interview(Story):
    guest = models.CharField(max_length=50)
