from channels import Group
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.utils.translation import ugettext_lazy as _

from . import frames, groups
from .deletions import MessageQuerySet

MOST_CHARACTERS = 512

# ASCII, so that address, group and name are identical and nobody can imitate a name.
NAME = r"[A-Za-z0-9_-]{1,50}"
is_room_name = RegexValidator(
    r"^%s\Z" % NAME,
    _("A room's name is 1 to 50 letters (a to z), digits, hyphens or underscores."))


class Room(models.Model):
    name = models.CharField(_("name"), max_length=50, validators=[is_room_name])
    # In lower case: "Lobby" and "lobby" are one room.
    key = models.CharField(max_length=50, unique=True, editable=False)
    closed = models.BooleanField(
        _("closed"), default=False, help_text=_("Nobody but moderators can read a closed room."))
    last_number = models.PositiveIntegerField(_("messages so far"), default=0, editable=False)
    deletions = models.PositiveIntegerField(_("deleted messages"), default=0, editable=False)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["key"]

    def __str__(self):
        return self.name

    def clean(self):
        if self._state.adding and Room.objects.filter(key=self.name.lower()).exists():
            raise ValidationError({"name": _("There is already a room with this name.")})

    def save(self, *args, **kwargs):
        """
        Never writes the counters of an existing row, which may have changed meanwhile. Closing a
        room sends everybody out of it.
        """
        self.key = self.name.lower()
        is_old = not self._state.adding
        if is_old and kwargs.get("update_fields") is None:
            kwargs["update_fields"] = ["name", "key", "closed"]
        is_closing = (is_old and self.closed
                      and Room.objects.filter(pk=self.pk, closed=False).exists())
        super().save(*args, **kwargs)
        if is_closing:
            self.send_everybody_out()

    def send_everybody_out(self):
        """After the commit: announces that the room is closed, and closes its sockets."""
        group, frame = groups.room(self.pk), frames.room_closed(self.name)

        def send():
            Group(groups.ROOMS).send(frame)
            Group(group).send(dict(frame, close=frames.CLOSED))
        transaction.on_commit(send)


class Message(models.Model):
    room = models.ForeignKey(
        Room, verbose_name=_("room"), related_name="messages", on_delete=models.CASCADE)
    number = models.PositiveIntegerField(_("number"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), related_name="chat_messages",
        on_delete=models.CASCADE)
    content = models.CharField(_("content"), max_length=MOST_CHARACTERS)
    client_id = models.CharField(max_length=64, null=True, editable=False)
    timestamp = models.DateTimeField(_("sent"), auto_now_add=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["id"]
        unique_together = [("room", "number"), ("user", "client_id")]
        base_manager_name = "objects"  # used to delete a user's or a room's messages

    def __str__(self):
        return "%s: %s" % (self.user, self.content)

    def delete(self, using=None, keep_parents=False):
        # Django deletes a single row without its manager, which would notify nobody.
        return Message.objects.using(using).filter(pk=self.pk).delete()


class ReadPosition(models.Model):
    """The number up to which a user has read a room: one row for each room they have been in."""
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, related_name="chat_positions", on_delete=models.CASCADE)
    room = models.ForeignKey(Room, related_name="positions", on_delete=models.CASCADE)
    number = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("read position")
        verbose_name_plural = _("read positions")
        unique_together = [("user", "room")]

    def __str__(self):
        return str(self.number)
