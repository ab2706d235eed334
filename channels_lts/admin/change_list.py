"""
A change list, and how its rows have changed since it was drawn: those edited in it, and those
selected for an action.
"""
import re
from collections import OrderedDict

from django.db import models
from django.utils.encoding import force_text

from . import differences
from .rows import Row
from .versions import Version


class Look:
    """
    How a list shows its rows.

    columns: the names in list_display.
    uncounted: as in Row.
    """

    def __init__(self, columns, uncounted=()):
        self.columns = [name for name in columns if isinstance(name, str)]
        self.uncounted = uncounted

    def row(self, instance, form=None):
        return Row(instance, form, self.columns, self.uncounted)

    def rows(self, instances, forms=None):
        """{key as text: Row}"""
        instances = complete(list(instances))
        forms = forms or [None] * len(instances)
        return OrderedDict((force_text(instance.pk), self.row(instance, form))
                           for instance, form in zip(instances, forms))


def complete(rows):
    """The rows with all of their columns: the list may have deferred some."""
    if not any(row.get_deferred_fields() for row in rows):
        return rows
    found = models.QuerySet(type(rows[0]), using=rows[0]._state.db).in_bulk(
        [row.pk for row in rows])
    return [found.get(row.pk, row) for row in rows]


def version_of(rows, shown=None):
    return Version(((key, row.state()) for key, row in rows.items()), shown)


class Edits:
    """
    What somebody typed into a list.

    formset: bound to it, and not cleaned.
    seen: the Version of the list the person had in front of them.
    look: the list's Look.
    """

    def __init__(self, formset, seen, look):
        self.formset = formset
        self.seen = seen
        self.rows = OrderedDict((self.key(form), look.row(form.instance, form))
                                for form in formset.initial_forms)

    def key(self, form):
        if form.instance._state.adding:  # there is no such row
            return self.formset.data["%s-%s" % (form.prefix, form.instance._meta.pk.name)]
        return force_text(form.instance.pk)

    def is_there(self, key):
        return not self.rows[key].instance._state.adding

    def touched(self, key):
        """{name: raw value} for one row."""
        row = self.rows[key]
        return row.touched(self.seen.rows.get(key), self.formset.data, self.formset.files,
                           row.form.prefix)

    def keys(self):
        """
        The keys of the rows that were edited. A key that has no row, and had none in the list
        either, is left for Django to refuse.
        """
        return [key for key in self.rows if self.touched(key)
                and (self.is_there(key) or key in self.seen.rows)]

    def conflicts(self):
        return [key for key in self.keys() if not self.is_there(key)
                or self.rows[key].state() != self.seen.rows.get(key)]

    def kept(self):
        """The numbers of the forms to save, and how many of them are for existing rows."""
        edited = {key for key in self.rows if self.touched(key)}
        kept = [number for number, key in enumerate(self.rows) if key in edited]
        new = range(len(self.rows), len(self.formset.forms))
        return kept + list(new), len(kept)

    def pks(self):
        """The keys of the edited rows that still exist."""
        return [self.rows[key].instance.pk for key in self.keys() if self.is_there(key)]

    def only(self, data):
        """
        The posted `data` (or files) without the rows that weren't edited. Django would save every
        row that differs from what the page showed, and so undo other people's changes.
        """
        kept, old = self.kept()
        found = data.copy()
        prefix = self.formset.prefix
        for name in data:
            if re.match(r"%s-\d+-" % re.escape(prefix), name):
                del found[name]
        for new, number in enumerate(kept):
            start = "%s-%d-" % (prefix, number)
            for name in data:
                if name.startswith(start):
                    found.setlist("%s-%d-%s" % (prefix, new, name[len(start):]),
                                  data.getlist(name))
        if data is self.formset.data:
            found["%s-TOTAL_FORMS" % prefix] = len(kept)
            found["%s-INITIAL_FORMS" % prefix] = old
        return found


class EditedRow:
    """
    An edited row, for the page that asks again.

    form: unbound, with what was typed.
    difference: None where nobody else has changed the row.
    """

    def __init__(self, title, form=None, difference=None):
        self.title = title
        self.form = form
        self.difference = difference


def edited_rows(edits, formset, look):
    """Returns EditedRows, and their Version. `formset`: unbound, of the rows that still exist."""
    rows = look.rows([form.instance for form in formset.initial_forms], formset.initial_forms)
    keys = edits.keys()
    entries = differences.entries_since(formset.model, keys, edits.seen.at)
    found = [edited_row(edits, key, rows.get(key), entries.get(key)) for key in keys]
    version = version_of(rows)
    for key, row in rows.items():
        row.form.initial.update(edits.touched(key))
    return found, version


def edited_row(edits, key, row, entry):
    if row is None:
        gone = differences.gone(edits.rows[key], key, edits.touched(key), entry)
        return EditedRow(gone.title, difference=gone)
    seen = edits.seen.rows.get(key)
    difference = None
    if seen is None:
        difference = differences.added(row, entry)
    elif seen != row.state():
        difference = differences.changed(row, seen, edits.touched(key), entry)
    return EditedRow(differences.title(row.instance), row.form, difference)
