from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from channels_lts import presence
from channels_lts.binding.values import plain
from channels_lts.security import names
from workshop.answers import SharedAnswer

MOST_KEYS = 500  # SQLite takes at most 999 parameters in a query
MOST_USERS = 500  # on the page and in a frame; logged-in users come first


class LoginQuerySet(models.QuerySet):
    def live(self):
        """Those whose session still exists: it may have expired, or been flushed or cleared."""
        sessions = Session.objects.filter(expire_date__gt=timezone.now())
        return self.filter(session_key__in=sessions.values("session_key"))


class Login(models.Model):
    """
    One logged-in session of a user: two browsers are two rows, so that logging out of one of
    them doesn't show the user as gone.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="logins", on_delete=models.CASCADE)
    session_key = models.CharField(max_length=40, unique=True)
    since = models.DateTimeField(auto_now_add=True)

    objects = LoginQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return "%s since %s" % (self.user, self.since)


class AccountName(models.Model):
    """
    An account's name as people see it. Its constraints keep two simultaneous sign-ups from getting
    names that look the same. Accounts that the admin has named like another one have no row.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, related_name="account_name", on_delete=models.CASCADE)
    # A name of 150 characters can grow to at most three times that when normalised.
    normalized = models.CharField(max_length=500, unique=True)
    skeleton = models.CharField(max_length=500, unique=True)

    def __str__(self):
        return self.normalized


class LastSeenQuerySet(models.QuerySet):
    def note(self, user_keys, at):
        """Records that these users, by key as text, went at that time."""
        keys = list(user_keys)
        for start in range(0, len(keys), MOST_KEYS):
            self.note_some(keys[start:start + MOST_KEYS], at)

    def note_some(self, keys, at):
        if self.filter(user__in=keys).update(at=at) == len(keys):
            return
        known = set(self.filter(user__in=keys).values_list("user", flat=True))
        users = get_user_model().objects.filter(pk__in=keys).exclude(pk__in=known)
        new = [LastSeen(user=user, at=at) for user in users]
        if not self.create_some(new):
            for each in new:
                self.create_some([each])

    def create_some(self, rows):
        """False if another worker has recorded one of them, or an account is gone."""
        try:
            with transaction.atomic(using=self.db):
                self.bulk_create(rows)
        except IntegrityError:
            return False
        return True


class LastSeen(models.Model):
    """When a user's last window was closed: written once each time somebody goes."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, related_name="last_seen", primary_key=True,
        on_delete=models.CASCADE)
    at = models.DateTimeField()

    objects = LastSeenQuerySet.as_manager()

    def __str__(self):
        return "%s at %s" % (self.user, self.at)


def seen_at(user):
    """When somebody who isn't here was last seen, as text to the second, or None."""
    row = getattr(user, "last_seen", None)
    times = [time for time in (row and row.at, user.last_login) if time]
    return to_second(max(times)) if times else None


def to_second(time):
    return plain(time.replace(microsecond=0))


def looks_taken(name):
    """Whether there is an account whose name this one could be confused with."""
    return AccountName.objects.filter(
        models.Q(normalized=names.normalized(name)) | models.Q(skeleton=names.skeleton(name))
    ).exists()


def find_user(name):
    """The active user with this name, or one whose name differs only in case or form, or None."""
    users = get_user_model().objects.filter(is_active=True)
    return (users.filter(username=name).first()
            or users.filter(account_name__normalized=names.normalized(name)).first())


def find_users(called):
    """The active users of these names, in whatever case or form; in one query."""
    users = get_user_model().objects.filter(is_active=True)
    # Not one condition for both: then no index would help.
    return users.filter(username__in=called).union(users.filter(
        account_name__normalized__in=[names.normalized(name) for name in called]))


def users_with_state():
    """
    The active users by name, as shown in the page and the frames. If there are too many, users who
    are not logged in are left out first.
    """
    users = get_user_model().objects.filter(is_active=True).order_by("username")
    users = users.select_related("last_seen")
    online = users.filter(pk__in=Login.objects.live().values("user"))[:MOST_USERS]
    states = {user: True for user in online}
    for user in users[:MOST_USERS]:
        if len(states) >= MOST_USERS:
            break
        states.setdefault(user, False)
    here = presence.members(presence.SITE)
    return [shown(user, states[user], str(user.pk) in here)
            for user in sorted(states, key=lambda user: user.get_username())]


def shown(user, is_logged_in, is_online):
    found = {"username": user.get_username(), "is_logged_in": is_logged_in, "is_online": is_online}
    at = None if is_online else seen_at(user)
    return dict(found, last_seen=at) if at else found


shared_users = SharedAnswer("users", users_with_state)
