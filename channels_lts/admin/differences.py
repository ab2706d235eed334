"""
How rows have changed since a page showed them, in words.
"""
import datetime

from django.apps import apps
from django.contrib.admin.utils import display_for_field
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import router
from django.forms.models import ModelChoiceField, ModelMultipleChoiceField
from django.utils import formats
from django.utils.encoding import force_text
from django.utils.text import Truncator, capfirst
from django.utils.timezone import template_localtime, utc
from django.utils.translation import ugettext as _

from ..conf import settings
from ..security.forms import check_length, limit
from ..security.storable import fit
from .rows import root_of

MOST = 200  # characters of a value
NOTHING = "–"


class FieldDifference:
    """
    label: the field's.
    saw: what the page showed; None: it was too long to include.
    now: the current value.
    yours: what this person typed; None: nothing.
    """

    def __init__(self, label, saw, now, yours=None):
        self.label = label
        self.saw = saw
        self.now = now
        self.yours = yours


class RowDifference:
    """
    title: the row's, as text.
    fields: its FieldDifferences, of those that the page shows.
    is_new, is_gone: since the page was drawn.
    has_more: whether values that the page doesn't show have changed too.
    entry: the admin's LogEntry for the change; None: it was made outside the admin.
    """

    def __init__(self, title, fields=(), is_new=False, is_gone=False, has_more=False, entry=None):
        self.title = title
        self.fields = fields
        self.is_new = is_new
        self.is_gone = is_gone
        self.has_more = has_more
        self.entry = entry


def added(row, entry=None):
    return RowDifference(title(row.instance), is_new=True, entry=entry)


def changed(row, seen, touched, entry=None):
    """
    The RowDifference of a Row last `seen` in this state, with what this person `touched` in it.
    """
    state = row.state()
    fields = [difference(row, name, seen["shown"][name], touched)
              for name in row.shown
              if seen["shown"].get(name, state["shown"][name]) != state["shown"][name]]
    return RowDifference(title(row.instance), fields, has_more=seen["rest"] != state["rest"],
                         entry=entry)


def gone(row, key, touched=(), entry=None):
    """The RowDifference of a row that no longer exists; `row` resembles it, but has no values."""
    fields = [FieldDifference(label(row, each), None, None, typed(row, each, touched[each]))
              for each in touched if each in row.shown]
    return RowDifference("%s %s" % (capfirst(row.instance._meta.verbose_name), key), fields,
                         is_gone=True, entry=entry)


def title(instance):
    return "%s “%s”" % (capfirst(instance._meta.verbose_name), force_text(instance))


def difference(row, name, seen, touched):
    saw = None if seen.startswith("#") else words(row, name, row.initial(name, seen))
    yours = typed(row, name, touched[name]) if name in touched else None
    now = row.current(name) if name in row.form_fields else row.fields[name].value_from_object(
        row.instance)
    return FieldDifference(label(row, name), saw, words(row, name, now), yours)


def label(row, name):
    of_form = getattr(row.form_fields.get(name), "label", None)
    return capfirst(of_form or row.fields[name].verbose_name)


def words(row, name, value):
    """The value of a row's field as people read it."""
    if name in row.form_fields:
        return readable(row.form_fields[name], value)
    field = row.fields[name]
    if field.remote_field and value is not None:
        rows = field.remote_field.model._default_manager
        return force_text(rows.filter(**{field.target_field.name: value}).first() or value)
    if isinstance(value, bool):
        return yes_or_no(value)
    return Truncator(display_for_field(value, field, NOTHING)).chars(MOST)


def typed(row, name, raw):
    return readable(row.form_fields[name], cleaned(row.form_fields[name], name, raw))


def cleaned(field, name, raw):
    try:
        check_length(raw, limit(field, name))
        return fit(field, field.clean, raw)
    except ValidationError:
        return raw


def readable(field, value):
    """A form field's value as people read it."""
    if isinstance(field, ModelMultipleChoiceField):
        return ", ".join(labels(field, value)) or NOTHING
    if isinstance(field, ModelChoiceField):
        return ", ".join(labels(field, [value])) or NOTHING
    if isinstance(value, bool):
        return yes_or_no(value)
    if value in (None, ""):
        return NOTHING
    if isinstance(value, datetime.datetime):
        value = template_localtime(value)
    choices = {force_text(key): label for key, label in flat(getattr(field, "choices", ()))}
    values = value if isinstance(value, (list, tuple)) else [value]
    text = ", ".join(force_text(choices.get(force_text(each), formats.localize(each)))
                     for each in values)
    return Truncator(text).chars(MOST)


def yes_or_no(value):
    return _("Yes") if value else _("No")


def flat(choices):
    for value, label in choices:
        if isinstance(label, (list, tuple)):
            for each in label:
                yield each
        else:
            yield value, label


def labels(field, values):
    """The labels of the selected rows; for a row that the field doesn't offer, its key."""
    key = getattr(field, "to_field_name", None) or "pk"
    values = [value for value in values or () if value not in (None, "")]
    keys = [value for value in values if not hasattr(value, "_meta")]
    offered = {force_text(getattr(row, key)): row
               for row in field.queryset.filter(**{key + "__in": keys})} if keys else {}
    for value in values:
        row = offered.get(force_text(value), value)
        yield field.label_from_instance(row) if hasattr(row, "_meta") else force_text(row)


def latest_entries(rows, at):
    """Like entries_since, for instances of any models: {(model, key as text): LogEntry}."""
    return {(model, key): entry for model in {type(row) for row in rows}
            for key, entry in entries_since(
                model, [force_text(row.pk) for row in rows if type(row) is model], at).items()}


def entries_since(model, keys, at):
    """
    {key as text: the row's last entry in the admin's log since `at`, in seconds}. The log names
    the model whose admin made the change: proxies, parents and children share their rows.
    """
    from django.contrib.admin.models import LogEntry
    from django.contrib.contenttypes.models import ContentType
    same = [each for each in apps.get_models() if root_of(each) is root_of(model)]
    types = ContentType.objects.get_for_models(*same, for_concrete_models=False)
    since = datetime.datetime.fromtimestamp(at, utc if settings.USE_TZ else None)
    entries = with_users(LogEntry.objects.filter(
        content_type__in=types.values(), object_id__in=keys, action_time__gte=since))
    return {entry.object_id: entry for entry in entries.order_by("action_time", "pk")}


def with_users(entries):
    """Joins the users, unless they are in another database than the admin's log."""
    if entries.db == router.db_for_read(get_user_model()):
        return entries.select_related("user")
    return entries.prefetch_related("user")
