"""
A change form, and how its row and its inlines' rows have changed since it was drawn.
"""
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.encoding import force_text

from . import differences
from .rows import Row, as_text, digest, typed
from .versions import Version

OWN = ""  # the key of the form's own row in a version


class ChangeForm:
    """
    form: the ModelForm.
    formsets: the inlines' formsets.
    uncounted: as in Row.
    listed: other texts it shows, as nested lists; None: nothing.
    """

    def __init__(self, form, formsets=(), uncounted=(), listed=None):
        self.form = form
        self.formsets = list(formsets)
        self.uncounted = uncounted
        self.listed = listed

    def rows(self):
        """{key: Row} for the form's own row and the inlines' rows."""
        found = {OWN: Row(self.form.instance, self.form, uncounted=self.uncounted)}
        for formset in self.formsets:
            for form in formset.initial_forms:
                found[key_of(formset, form.instance.pk)] = Row(form.instance, form)
        return found

    def version(self):
        rows = {key: row.state() for key, row in self.rows().items()}
        return Version(rows, None if self.listed is None else listing(self.listed))

    def instances(self):
        return [row.instance for row in self.rows().values()]


def listing(listed):
    """A digest of nested lists of texts, independent of their order."""
    return digest(as_text(sorted(flat(listed))))


def flat(listed):
    for each in listed:
        if isinstance(each, (list, tuple)):
            for text in flat(each):
                yield text
        else:
            yield force_text(each)


def key_of(formset, pk):
    return "%s:%s" % (formset.prefix, pk)


class Posted:
    """What somebody typed into a ChangeForm, which is now drawn again from the database."""

    def __init__(self, conflict, page):
        self.data = conflict.request.POST
        self.files = conflict.request.FILES
        self.seen = conflict.seen
        self.page = page
        self.rows = page.rows()

    def touched(self, key):
        """{name: raw value} for one row."""
        prefix = self.prefixes().get(key)
        if prefix is None and key != OWN:  # somebody else has added it meanwhile
            return {}
        return self.rows[key].touched(self.seen.rows.get(key), self.data, self.files, prefix)

    def prefixes(self):
        """{key: prefix of the posted form} for the inlines' rows."""
        found = {}
        for formset in self.page.formsets:
            name = formset.model._meta.pk.name
            for number in range(count(self.data, formset, "INITIAL")):
                prefix = formset.add_prefix(number)
                found[key_of(formset, self.data.get("%s-%s" % (prefix, name)))] = prefix
        return found

    def differences(self):
        """A RowDifference for each row that has changed since it was seen."""
        entries = differences.latest_entries(self.page.instances(), self.seen.at)
        found = []
        for key, row in self.rows.items():
            entry = entries.get((type(row.instance), force_text(row.instance.pk)))
            if key not in self.seen.rows:
                found.append(differences.added(row, entry))
            elif row.state() != self.seen.rows[key]:
                found.append(differences.changed(
                    row, self.seen.rows[key], self.touched(key), entry))
        return found + [self.gone(key) for key in self.seen.rows if key not in self.rows]

    def gone(self, key):
        prefix, _, pk = key.partition(":")
        formset = next(each for each in self.page.formsets if each.prefix == prefix)
        form = formset.empty_form
        row = Row(form.instance, form)
        touched = row.touched(
            self.seen.rows[key], self.data, self.files, self.prefixes().get(key))
        entry = differences.entries_since(formset.model, [pk], self.seen.at).get(pk)
        return differences.gone(row, pk, touched, entry)

    def fill_in(self):
        """
        Makes the page show what was typed; other fields, and rows that somebody else has added,
        show their current values.
        """
        for formset in self.page.formsets:
            self.make_room(formset)
        self.rows = self.page.rows()
        for key, row in self.rows.items():
            row.form.initial.update(self.touched(key))
        for name, raw in typed(self.page.form, self.data, self.files):
            if name not in self.rows[OWN].fields:
                self.page.form.initial[name] = raw
        for formset in self.page.formsets:
            self.tick(formset)

    def make_room(self, formset):
        added = list(self.added(formset))
        if added:
            formset.extra += len(added)
            formset.initial_extra = added
            formset.__dict__.pop("forms")  # cached for fewer forms

    def tick(self, formset):
        """Ticks again what was ticked for deletion."""
        prefixes = self.prefixes()
        for form in formset.initial_forms:
            prefix = prefixes.get(key_of(formset, form.instance.pk))
            if prefix and "%s-%s" % (prefix, DELETION_FIELD_NAME) in self.data:
                form.initial[DELETION_FIELD_NAME] = True

    def added(self, formset):
        """The rows that were newly typed in."""
        empty = formset.empty_form
        for number in range(count(self.data, formset, "INITIAL"),
                            count(self.data, formset, "TOTAL")):
            row = {name: raw for name, raw in typed(
                empty, self.data, self.files, formset.add_prefix(number))
                if empty.fields[name].has_changed(empty[name].initial, raw)}
            if row:
                yield row


def count(data, formset, which):
    """How many forms were posted, capped at the number Django accepts."""
    text = force_text(data.get("%s-%s_FORMS" % (formset.prefix, which), ""))
    return min(int(text), formset.absolute_max) if text.isdecimal() else 0
