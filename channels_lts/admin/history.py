"""
Entries in the admin's history for changes made outside it: by sockets or an API. In a binding:

    def written(self, user, action, row, fields=()):
        history.log(user, action, row, fields)
"""
from django.utils.encoding import force_text
from django.utils.translation import override


def log(user, action, row, fields=()):
    """
    Records, as the admin does, that a user made a "create", "update" (of the fields with these
    names) or "delete" to a row that still exists. Nothing for anonymous users: an entry has a user.
    """
    word, details = words(action, fields)
    add(user, row, action, [{word: details}])


def log_part(user, action, owner, part, fields=()):
    """Like `log`, for a row that the admin shows as an inline: recorded in its owner's history."""
    word, details = words(action, fields)
    with override(None):  # the admin translates it for its reader
        name = force_text(part._meta.verbose_name)
    add(user, owner, "update", [{word: dict(details, name=name, object=force_text(part))}])


def words(action, fields):
    if action == "update":
        return "changed", {"fields": list(fields)}
    return {"create": "added", "delete": "deleted"}[action], {}


def add(user, row, action, message):
    # These need loaded apps; a project without the admin has none of them.
    from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
    from django.contrib.contenttypes.models import ContentType
    if user.is_authenticated:
        flags = {"create": ADDITION, "update": CHANGE, "delete": DELETION}
        kind = ContentType.objects.get_for_model(row, for_concrete_model=False)
        LogEntry.objects.log_action(user.pk, kind.pk, row.pk, force_text(row), flags[action],
                                    "" if action == "delete" else message)
