import pytest
from django.contrib.admin.models import LogEntry

from channels_lts.admin.versions import FIELD

from ..binding.models import Label, Note, Topic
from .test_change_form import change

pytestmark = pytest.mark.django_db


@pytest.fixture
def notes():
    topic = Topic.objects.create(name="food")
    notes = [Note.objects.create(room="hall", text=text, topic=topic)
             for text in ("tea", "coffee", "beer")]
    for note in notes:
        note.labels.add(Label.objects.create(name=note.text))
    return notes


@pytest.fixture
def page(open_page, notes):
    return open_page("note/?o=1")


def texts():
    return list(Note.objects.order_by("pk").values_list("text", flat=True))


def row(page, note):
    """The prefix of a row's form."""
    return next(name[:-3] for name, (value, *_) in page.fields.items()
                if name.endswith("-id") and value == str(note.pk))


# Edited


def test_rows_that_nobody_else_has_changed_are_saved(page, notes):
    assert page.save(**{row(page, notes[1]) + "-text": "milk"}).status == 302
    assert texts() == ["tea", "milk", "beer"]


def test_a_row_is_not_saved_over(page, notes):
    change(notes[1], text="water")
    again = page.save(**{row(page, notes[1]) + "-text": "milk"})
    assert again.status == 409
    assert texts() == ["tea", "water", "beer"]
    (edited,) = again.answer.context["rows"]
    assert [(each.label, each.saw, each.now, each.yours) for each in edited.difference.fields] == [
        ("Text", "coffee", "water", "milk")]


def test_what_others_have_changed_in_rows_that_one_has_not_touched_stays(page, notes):
    change(notes[0], text="water")
    assert page.save(**{row(page, notes[1]) + "-text": "milk"}).status == 302
    assert texts() == ["water", "milk", "beer"]


def test_a_row_that_is_gone_and_not_touched_is_no_matter(page, notes):
    prefix = row(page, notes[1])
    notes[0].delete()
    assert page.save(**{prefix + "-text": "milk"}).status == 302
    assert texts() == ["milk", "beer"]


def test_a_row_that_is_gone_is_told_with_what_was_typed_into_it(page, notes):
    prefix, other = row(page, notes[1]), row(page, notes[2])
    notes[1].delete()
    again = page.save(**{prefix + "-text": "milk", other + "-text": "ale"})
    kept, gone = again.answer.context["rows"]
    assert gone.difference.is_gone and gone.difference.fields[0].yours == "milk"
    assert (kept.difference, again.value("form-0-text")) == (None, "ale")
    assert again.save().status == 302
    assert texts() == ["tea", "ale"]


def test_whoever_has_seen_it_may_go_on_and_only_with_what_they_typed(page, notes):
    topic = Topic.objects.create(name="drink")
    change(notes[1], text="water", topic=topic)
    change(notes[0], text="water")
    again = page.save(**{row(page, notes[1]) + "-text": "milk",
                         row(page, notes[2]) + "-text": "ale"})
    assert [each.form["text"].value() for each in again.answer.context["rows"]] == ["ale", "milk"]
    assert again.save().status == 302
    assert texts() == ["water", "milk", "ale"]
    assert Note.objects.get(pk=notes[1].pk).topic == topic


def test_what_the_list_does_not_show_counts_too(page, notes):
    change(notes[1], room="attic")
    assert page.save(**{row(page, notes[1]) + "-text": "milk"}).status == 409


def test_a_list_that_does_not_say_what_it_has_seen_has_seen_nothing(page, notes):
    edited = {row(page, notes[1]) + "-text": "milk"}
    again = page.save(**dict(edited, **{FIELD: None}))
    assert again.status == 409
    assert again.save().status == 302
    assert texts() == ["tea", "milk", "beer"]


def test_errors_are_shown_beside_the_rows_that_they_are_of(page, notes):
    with_errors = page.save(**{row(page, notes[1]) + "-text": "x" * 21})
    cl = with_errors.answer.context["cl"]
    assert [(shown.pk, form.instance.pk, bool(form.errors))
            for shown, form in zip(cl.result_list, cl.formset.forms)] == [
                (notes[1].pk, notes[1].pk, True)]
    change(notes[1], text="water")
    assert with_errors.save(**{"form-0-text": "milk"}).status == 409


# Acted on


def ticked(*notes):
    return [str(note.pk) for note in notes]


def test_an_action_is_done_to_rows_that_are_as_they_were_seen(page, notes):
    change(notes[0], text="water")
    answer = page.send(action="empty", index="0", _selected_action=ticked(notes[1], notes[2]))
    assert answer.status == 302
    assert texts() == ["water", "", ""]


def test_no_action_is_done_to_what_one_has_not_seen(page, notes):
    change(notes[1], text="water")
    again = page.send(action="empty", index="0", _selected_action=ticked(notes[1], notes[2]))
    assert again.status == 409
    assert texts() == ["tea", "water", "beer"]
    (difference,) = again.answer.context["differences"]
    assert [(each.label, each.saw, each.now) for each in difference.fields] == [
        ("Text", "coffee", "water")]
    assert again.send().status == 302
    assert texts() == ["tea", "", ""]


def test_rows_that_are_gone_are_told_before_an_action(page, notes):
    notes[1].delete()
    again = page.send(action="empty", index="0", _selected_action=ticked(notes[1], notes[2]))
    assert [each.is_gone for each in again.answer.context["differences"]] == [True]


def test_the_question_whether_to_delete_stands_for_what_it_lists(page, notes):
    question = page.send(action="delete_selected", index="0", _selected_action=ticked(notes[1]))
    assert question.status == 200
    assert question.send().status == 302
    assert texts() == ["tea", "beer"]


@pytest.mark.parametrize("meanwhile", [
    lambda note: change(note, text="water"),
    lambda note: note.labels.add(Label.objects.create(name="new"))])
def test_nobody_deletes_selected_rows_that_they_have_not_seen(page, notes, meanwhile):
    question = page.send(action="delete_selected", index="0", _selected_action=ticked(notes[1]))
    meanwhile(notes[1])
    again = question.send()
    assert again.status == 409
    assert Note.objects.count() == 3 and not LogEntry.objects.exists()
    question = again.send()  # Django's own, of what is there now
    assert question.status == 200
    assert question.send().status == 302
    assert Note.objects.count() == 2


def test_an_action_without_a_version_asks_first(page, notes):
    again = page.send(action="empty", index="0", _selected_action=ticked(notes[1]),
                      **{FIELD: None})
    assert again.status == 409
    assert again.send().status == 302
    assert texts() == ["tea", "", "beer"]


def test_keys_that_no_row_can_have_are_for_django_to_refuse(page):
    assert page.send(action="empty", index="0", _selected_action=["x"]).status == 409
