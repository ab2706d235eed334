from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.utils import timezone


class LoginQuerySet(models.QuerySet):
    def live(self):
        return self.filter(expires__gt=timezone.now())


class Login(models.Model):
    """
    One logged-in session of a user: two browsers are two rows, so that logging out of one of
    them doesn't show the user as gone.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="logins", on_delete=models.CASCADE)
    since = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField(db_index=True)

    objects = LoginQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return "%s since %s" % (self.user, self.since)


def users_with_state():
    """Every active user as the page and the frames show one, by name."""
    online = set(Login.objects.live().values_list("user_id", flat=True))
    users = get_user_model().objects.filter(is_active=True).order_by("username")
    return [
        {"username": username, "is_logged_in": pk in online}
        for pk, username in users.values_list("pk", "username")
    ]
