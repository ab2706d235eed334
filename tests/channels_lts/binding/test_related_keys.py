"""
The data of many rows at once.
"""
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels_lts.binding import related_keys

from . import bindings
from .models import Label, Leaf, Letter, Note, Page

pytestmark = pytest.mark.django_db


def make_notes(how_many):
    labels = [Label.objects.create(name=name) for name in "abc"]
    notes = [Note.objects.create(text=str(number)) for number in range(how_many)]
    for number, note in enumerate(notes):
        note.labels.set(labels[:number % 4])
        note.peers.set(notes[:number % 3])
    return list(Note.objects.order_by("-pk"))


def one_by_one(binding, rows):
    return [binding().serialize_data(row) for row in rows]


def test_rows_are_the_same_together_as_one_by_one():
    notes = make_notes(12)
    data = bindings.NoteBinding().serialize_rows(notes)
    assert data == one_by_one(bindings.NoteBinding, notes)
    assert [row["peers"] for row in data if row["id"] == notes[-1].pk] != [[]]


def test_a_relation_costs_one_query_however_many_rows_there_are():
    notes = make_notes(12)
    with CaptureQueriesContext(connection) as queries:
        bindings.NoteBinding().serialize_rows(notes)
    assert len(queries) == 2  # labels and peers


def test_many_rows_are_asked_for_in_parts(monkeypatch):
    """SQLite accepts at most 999 parameters."""
    notes = make_notes(12)
    monkeypatch.setattr(related_keys, "MOST", 5)
    with CaptureQueriesContext(connection) as queries:
        data = bindings.NoteBinding().serialize_rows(notes)
    assert len(queries) == 2 * 3
    assert data == one_by_one(bindings.NoteBinding, notes)


def test_a_child_has_the_relations_of_its_parent():
    letter = Letter.objects.create(text="a")
    letter.labels.add(Label.objects.create(name="a"))
    data = bindings.LetterBinding().serialize_rows([letter])
    assert data == one_by_one(bindings.LetterBinding, [letter])
    assert data[0]["labels"]


def test_a_child_has_them_by_its_parent_s_key():
    Page.objects.create(title="other").labels.add(Label.objects.create(name="b"))
    leaf = Leaf.objects.create(title="a")
    leaf.labels.add(Label.objects.create(name="a"))
    assert leaf.number != leaf.page_id
    keys = related_keys.RelatedKeys([leaf]).of(leaf, Page._meta.get_field("labels"))
    assert keys == [label.pk for label in leaf.labels.all()]


def test_no_rows_cost_nothing():
    with CaptureQueriesContext(connection) as queries:
        assert bindings.NoteBinding().serialize_rows([]) == []
    assert len(queries) == 0
