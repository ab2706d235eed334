from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class PersonManager(BaseUserManager):
    def create_user(self, email, password):
        person = self.model(email=self.normalize_email(email))
        person.set_password(password)
        person.save()
        return person


class Person(AbstractBaseUser):
    email = models.EmailField(unique=True)

    objects = PersonManager()

    USERNAME_FIELD = "email"


class Line(models.Model):
    room = models.CharField(max_length=50)
    author = models.ForeignKey(Person, on_delete=models.CASCADE)
    text = models.TextField()
