"""
Several people edit rows with forms, lists and actions, and others in the shell: what is saved is
what everybody typed over what they had seen, nothing is lost without somebody being told, and
people with an outdated page open are told so.
"""
import itertools

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from channels_lts.admin.live import group_of, name_of
from tests.support.admin import AdminPage
from tests.support.examples import examples

from ..binding.frames import Ear
from ..binding.models import Label, Note, Topic

PEOPLE, ROWS = ("ann", "bob"), (0, 1)
NAMES, INDEX = st.sampled_from(PEOPLE), st.sampled_from(ROWS)
FIELDS = st.sampled_from(["room", "text"])
VALUES = st.sampled_from(["b", "c", "a"])
TYPED = st.dictionaries(FIELDS, VALUES, max_size=2)


class Open:
    """A page that somebody has open: `seen`, what it shows of each row; `typed`, the input."""

    def __init__(self, page, table, heard):
        self.page = page
        self.heard = heard  # frames received before it was opened
        self.seen = {pk: dict(row) for pk, row in table.items()}
        self.typed = {}


class Editors(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        Note.objects.all().delete()
        topic, label = Topic.objects.create(name="x"), Label.objects.create(name="x")
        self.table, self.pks, self.forms, self.lists = {}, [], {}, {}
        self.ear, self.heard = Ear(group_of(Note)), []
        for _ in ROWS:
            note = Note.objects.create(room="a", text="a", topic=topic)
            note.labels.add(label)
            self.pks.append(note.pk)
            self.table[note.pk] = {"room": "a", "text": "a"}
        self.clients = {}
        for name in PEOPLE:
            self.clients[name] = Client()
            self.clients[name].force_login(get_user_model().objects.get(username=name))
            self.open_form(name, 0)
            self.open_list(name)

    def hear(self):
        self.heard += [payload["pks"] for payload in self.ear.payloads()]
        return len(self.heard)

    def opened(self, page):
        return Open(page, self.table, self.hear())

    @rule(who=NAMES, row=INDEX)
    def open_form(self, who, row):
        path = "/admin/binding/note/%d/change/" % self.pks[row]
        self.forms[who] = self.pks[row], self.opened(AdminPage(self.clients[who], path))

    @rule(who=NAMES)
    def open_list(self, who):
        self.lists[who] = self.opened(AdminPage(self.clients[who], "/admin/binding/note/"))

    @rule(row=INDEX, field=FIELDS, value=VALUES)
    def use_the_shell(self, row, field, value):
        Note.objects.filter(pk=self.pks[row]).update(**{field: value})
        self.table[self.pks[row]][field] = value

    @rule(who=NAMES, typed=TYPED)
    def save_form(self, who, typed):
        pk, form = self.forms[who]
        form.typed.update(typed)
        answer = form.page.save(**typed)
        if form.seen[pk] == self.table[pk]:
            assert answer.status == 302
            self.table[pk].update(form.typed)
            self.open_form(who, self.pks.index(pk))
        else:
            assert answer.status == 409
            self.shows(answer, pk, form)
            again = self.opened(answer)
            again.typed = {name: answer.value(name) for name in form.typed
                           if answer.value(name) != self.table[pk][name]}
            self.forms[who] = pk, again

    @rule(who=NAMES, field=FIELDS, value=VALUES, typed=TYPED)
    def be_overtaken(self, who, field, value, typed):
        pk, _form = self.forms[who]
        self.use_the_shell(self.pks.index(pk), field, value)
        self.save_form(who, typed)

    def shows(self, answer, pk, form):
        """What was typed over what the person saw, and otherwise the current values."""
        for name in ("room", "text"):
            mine = form.typed.get(name, form.seen[pk][name])
            now = self.table[pk][name]
            assert answer.value(name) == (mine if mine != form.seen[pk][name] else now)

    @rule(who=NAMES, row=INDEX, text=VALUES)
    def save_list(self, who, row, text):
        pk, page = self.pks[row], self.lists[who]
        answer = page.page.save(**{self.prefix(page.page, pk) + "-text": text})
        if page.seen[pk]["text"] == text:  # nothing that they have edited
            assert answer.status == 302
        elif page.seen[pk] == self.table[pk]:
            assert answer.status == 302
            self.table[pk]["text"] = text
        else:
            assert answer.status == 409
            assert answer.save().status == 302
            self.table[pk]["text"] = text
        self.open_list(who)

    @rule(who=NAMES, row=INDEX)
    def act(self, who, row):
        pk, page = self.pks[row], self.lists[who]
        answer = page.page.send(action="empty", index="0", _selected_action=[str(pk)])
        assert answer.status == (302 if page.seen[pk] == self.table[pk] else 409)
        if answer.status == 302:
            self.table[pk]["text"] = ""
        self.open_list(who)

    def prefix(self, page, pk):
        return next(name[:-3] for name, values in page.fields.items()
                    if name.endswith("-id") and values == [str(pk)])

    @invariant()
    def who_has_a_row_open_was_told_of_its_changes(self):
        self.hear()
        for page in list(self.lists.values()) + [form for _pk, form in self.forms.values()]:
            told = set(itertools.chain.from_iterable(self.heard[page.heard:]))
            assert {name_of(Note, pk) for pk in self.pks
                    if page.seen[pk] != self.table[pk]} <= told

    def teardown(self):
        self.ear.close()

    @invariant()
    def the_table_is_what_was_saved(self):
        assert self.table == {note.pk: {"room": note.room, "text": note.text}
                              for note in Note.objects.all()}


@pytest.mark.django_db(transaction=True)
def test_no_edit_is_lost_without_somebody_having_been_told(account):
    for name in PEOPLE:
        account(name, is_staff=True, is_superuser=True)
    run_state_machine_as_test(Editors, settings=settings(
        max_examples=examples(6), stateful_step_count=8, deadline=None, phases=[Phase.generate]))
