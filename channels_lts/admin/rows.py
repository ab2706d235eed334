"""
What a row was like when a page showed it, and what a person has changed in it since.
"""
import datetime
import hashlib
import json

from django.contrib.auth.forms import ReadOnlyPasswordHashWidget
from django.core.exceptions import ValidationError
from django.utils.encoding import force_text

from ..conf import settings
from ..security.forms import check_length, limit
from ..security.storable import fit

LONG = 500  # characters; of a longer value, a page carries only the digest


def digest(text):
    """Keyed, so that nobody can find out by guessing what a page doesn't show."""
    key = hashlib.sha256(b"channels_lts.admin" + settings.SECRET_KEY.encode("utf8")).digest()
    return "#" + hashlib.blake2b(text.encode("utf8"), key=key, digest_size=9).hexdigest()


def tidy(value):
    """As browsers and forms return an untouched value: line ends, and surrounding white space."""
    if isinstance(value, (list, tuple)):
        return [tidy(each) for each in value]
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def as_text(value):
    return json.dumps(value, sort_keys=True, default=force_text)


def remembered(value):
    """What a page stores of a value."""
    text = as_text(value)
    return text if len(text) <= LONG else digest(as_text(tidy(value)))


def keys_of(rows):
    """The keys in a many-to-many field's value, in an order that reveals nothing."""
    return sorted(force_text(getattr(row, "pk", row)) for row in rows or ())


def column(field, instance):
    """A field's value as JSON, which the field's to_python takes back."""
    value = field.value_from_object(instance)
    return None if value is None else field.value_to_string(instance)


class Row:
    """
    A row and how a page shows it.

    instance: as the database has it.
    form: an uncleaned ModelForm whose fields the page shows; None: no form.
    columns: names of what else it shows.
    uncounted: names of fields whose changes don't matter while the page doesn't show them.
    """

    def __init__(self, instance, form=None, columns=(), uncounted=()):
        self.instance = instance
        self.form = form
        self.form_fields = getattr(form, "fields", {})
        self.fields = {field.name: field for field in counted(instance)}
        self.fields.update((field.name, field) for field in instance._meta.many_to_many
                           if field.name in self.form_fields)
        self.shown = [name for name, field in self.form_fields.items()
                      if name in self.fields and shows_value(field.widget)]
        self.shown += [name for name in columns if name in self.fields and name not in self.shown]
        self.uncounted = uncounted

    def value(self, name):
        field = self.fields[name]
        if field.many_to_many:  # as the form read them, because those are shown
            return keys_of(self.current(name))
        return column(field, self.instance)

    def current(self, name):
        """
        The form's own value. Not via form[name], which caches it: another may be filled in.
        """
        return self.form.get_initial_for_field(self.form_fields[name], name)

    def state(self):
        """
        What distinguishes this version of the row from others, as JSON: {"shown": {name: value},
        "rest": digest of the values that the page doesn't show}.
        """
        rest = [(name, self.value(name)) for name in sorted(self.fields)
                if name not in self.shown and name not in self.uncounted]
        return {"shown": {name: remembered(self.value(name)) for name in self.shown},
                "rest": digest(as_text([force_text(self.instance.pk), rest]))}

    def touched(self, state, data, files, prefix=None):
        """
        What somebody who saw `state` (None: unknown) has typed over it: {name: raw value}. `data`
        and `files` are a form's, with this prefix.
        """
        return {name: raw for name, raw in typed(self.form, data, files, prefix)
                if name != self.instance._meta.pk.name
                and self.is_touched(name, (state or {}).get("shown", {}).get(name), raw)}

    def is_touched(self, name, seen, raw):
        field = self.form_fields[name]
        if field.disabled:
            return False
        try:
            check_length(raw, limit(field, name))  # before anything looks at it
            if seen is not None and seen.startswith("#"):
                return digest(as_text(tidy(in_order(raw)))) != seen
            initial = self.current(name) if seen is None else self.initial(name, seen)
            return fit(field, field.has_changed, initial, tidy(raw))
        except ValidationError:  # the form will report it
            return True

    def initial(self, name, seen):
        """The form field's initial value when the page was drawn; None for a long one."""
        value = None if seen.startswith("#") else tidy(json.loads(seen))
        if value is None or self.fields[name].many_to_many:
            return value
        value = self.fields[name].to_python(value)
        if isinstance(value, (datetime.datetime, datetime.time)) and name in self.form_fields \
                and not self.form_fields[name].widget.supports_microseconds:
            value = value.replace(microsecond=0)
        return value


def shows_value(widget):
    """False for a password widget."""
    return getattr(widget, "render_value", True) and not isinstance(
        widget, ReadOnlyPasswordHashWidget)


def root_of(model):
    """The model whose keys identify the rows: proxies and children share those of their parent."""
    meta = model._meta.concrete_model._meta
    link = meta.pk.remote_field
    return root_of(link.model) if getattr(link, "parent_link", False) else meta.model


def counted(instance):
    """The fields that people edit: counters and timestamps set by machines conflict with nobody."""
    return [field for field in instance._meta.concrete_fields
            if field.editable and not field.primary_key]


def typed(form, data, files, prefix=None):
    """(name, raw value) of each of the form's fields."""
    for name, field in form.fields.items():
        yield name, field.widget.value_from_datadict(
            data, files, "%s-%s" % (prefix, name) if prefix else name)


def in_order(raw):
    return sorted(raw) if isinstance(raw, (list, tuple)) else raw
