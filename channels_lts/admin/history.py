"""
Entries in the admin's history for what is written elsewhere: by sockets, by an API. In a binding:

    def written(self, user, action, row, fields=()):
        history.log(user, action, row, fields)
"""
from django.utils.encoding import force_text
from django.utils.translation import override


def log(user, action, row, fields=()):
    """
    Says as the admin does that a user has done "create", "update" (of the fields with these names)
    or "delete" to a row that isn't gone yet. Of anonymous users nothing: an entry has a user.
    """
    word, details = words(action, fields)
    add(user, row, action, [{word: details}])


def log_part(user, action, owner, part, fields=()):
    """As `log`, of a row that the admin shows as an inline: in the history of its owner."""
    word, details = words(action, fields)
    with override(None):  # the admin translates it for who reads it
        name = force_text(part._meta.verbose_name)
    add(user, owner, "update", [{word: dict(details, name=name, object=force_text(part))}])


def words(action, fields):
    if action == "update":
        return "changed", {"fields": list(fields)}
    return {"create": "added", "delete": "deleted"}[action], {}


def add(user, row, action, message):
    # They need the apps to be loaded; a project without the admin has none of them.
    from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
    from django.contrib.contenttypes.models import ContentType
    if user.is_authenticated:
        flags = {"create": ADDITION, "update": CHANGE, "delete": DELETION}
        kind = ContentType.objects.get_for_model(row, for_concrete_model=False)
        LogEntry.objects.log_action(user.pk, kind.pk, row.pk, force_text(row), flags[action],
                                    "" if action == "delete" else message)
