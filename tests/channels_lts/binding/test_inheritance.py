"""
Bindings on children and proxies: what happens to a row by way of its other classes.
"""
import pytest

from .bindings import LetterBinding, ParcelBinding
from .frames import Ear, ask
from .models import Label, Letter, Memo, Note, Parcel

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hear(channel_layer):
    """What a group has been sent since the last call."""
    ears = {name: Ear(name) for name in ("letters", "memos", "parcels-hall", "parcels-attic")}
    yield lambda name: ears[name].told()
    for ear in ears.values():
        ear.close()


@pytest.fixture
def letter(hear):
    letter = Letter.objects.create(text="old")
    hear("letters"), hear("memos")
    return letter


@pytest.fixture
def parcel(hear):
    parcel = Parcel.objects.create(text="old")
    hear("letters"), hear("memos"), hear("parcels-hall")
    return parcel


def save(row):
    row.text = "new"
    row.save()


CHANGES = {
    "a save": save,
    "an update": lambda row: type(row).objects.filter(pk=row.pk).update(text="new"),
    "a relation": lambda row: row.labels.add(Label.objects.create(name="x")),
    "the other end": lambda row: Label.objects.create(name="x").notes.add(row.pk),
}


@pytest.mark.parametrize("change", sorted(CHANGES))
@pytest.mark.parametrize("model", [Note, Memo, Letter])
def test_a_childs_binding_hears_of_changes_by_the_parent_and_its_proxy(letter, hear, model, change):
    CHANGES[change](model.objects.get(pk=letter.pk))
    assert hear("letters") == [("update", letter.pk)]
    assert hear("memos") == [("update", letter.pk)]


@pytest.mark.parametrize("change", ["a save", "an update"])
@pytest.mark.parametrize("model", [Note, Memo, Letter, Parcel])
def test_a_grandchilds_binding_hears_of_all_of_them(parcel, hear, model, change):
    CHANGES[change](model.objects.get(pk=parcel.pk))
    assert hear("parcels-hall") == [("update", parcel.pk)]
    assert hear("letters") == [("update", parcel.pk)]


def test_a_row_that_leaves_a_group_by_its_parent_leaves_it(parcel, hear):
    Note.objects.filter(pk=parcel.pk).update(room="attic")
    assert hear("parcels-hall") == [("delete", parcel.pk)]
    assert hear("parcels-attic") == [("create", parcel.pk)]


def test_what_is_no_child_is_none_of_its_bindings_business(hear):
    note = Note.objects.create(text="old")
    for change in CHANGES.values():
        change(note)
    Note.objects.all().delete()
    assert hear("letters") == hear("parcels-hall") == []
    assert hear("memos") == [("create", note.pk)] + [("update", note.pk)] * 4 + [
        ("delete", note.pk)]


def test_a_deletion_by_the_parent_or_of_a_proxys_row_is_one(letter, parcel, hear):
    Note.objects.filter(pk=letter.pk).delete()
    Note.objects.get(pk=parcel.pk).delete()
    for name in ("letters", "memos"):
        assert hear(name) == [("delete", letter.pk), ("delete", parcel.pk)]
    assert hear("parcels-hall") == [("delete", parcel.pk)]


def test_rows_that_are_read_with_others_are_locked(parcel, letter):
    """PostgreSQL refuses FOR UPDATE with groups, and on the outer side of a join."""
    answer = ask(ParcelBinding, action="update", pk=parcel.pk, data={"weight": 5})
    assert (answer["action"], answer["data"]["weight"]) == ("updated", 5)
    assert ask(LetterBinding, action="delete", pk=letter.pk)["action"] == "deleted"
    assert list(Letter.objects.values_list("pk", flat=True)) == [parcel.pk]
