import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import get_content_type_for_model

from channels_lts.admin.versions import FIELD
from tests.support.admin import AdminPage

from ..binding.models import Kind, Label, Letter, Memo, Note, Sample, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def topic():
    return Topic.objects.create(name="food")


@pytest.fixture
def labels():
    return [Label.objects.create(name=name) for name in ("hot", "cold")]


@pytest.fixture
def note(topic, labels):
    note = Note.objects.create(room="hall", text="tea", topic=topic)
    note.labels.add(labels[0])
    return note


@pytest.fixture
def page(open_page, note):
    return open_page("note/%d/change/" % note.pk)


def change(row, **values):
    """What somebody else does: of which, if anything, only the database knows."""
    type(row)._base_manager.filter(pk=row.pk).update(**values)


def test_what_nobody_else_has_changed_is_saved(page, note):
    assert page.save(text="milk").status == 302
    note.refresh_from_db()
    assert note.text == "milk"


def test_nobody_saves_over_what_they_have_not_seen(page, note):
    change(note, text="coffee")
    assert page.save(text="milk").status == 409
    note.refresh_from_db()
    assert note.text == "coffee"


def test_the_refusal_shows_what_was_seen_what_is_there_and_what_was_typed(page, note):
    change(note, text="coffee")
    (row,) = page.save(text="milk").answer.context["differences"]
    assert [(each.label, each.saw, each.now, each.yours) for each in row.fields] == [
        ("Text", "tea", "coffee", "milk")]


def test_what_somebody_has_not_touched_shows_what_is_there_now_and_the_rest_what_they_typed(
        page, note):
    change(note, room="attic", text="coffee")
    again = page.save(text="milk")
    assert (again.value("room"), again.value("text")) == ("attic", "milk")


def test_whoever_has_seen_it_may_go_on(page, note):
    change(note, room="attic", text="coffee")
    assert page.save(text="milk").save().status == 302
    note.refresh_from_db()
    assert (note.room, note.text) == ("attic", "milk")


def test_who_goes_on_is_told_of_what_has_changed_once_more(page, note):
    change(note, text="coffee")
    again = page.save(text="milk")
    change(note, text="beer")
    assert again.save().status == 409


def test_the_refusal_says_who_changed_it_and_when(page, note, alice):
    change(note, text="coffee")
    LogEntry.objects.log_action(
        alice.pk, get_content_type_for_model(note).pk, note.pk, str(note), CHANGE)
    again = page.save(text="milk")
    assert again.answer.context["differences"][0].entry.user == alice
    assert "By alice, " in again.html


def test_a_change_from_before_the_page_was_opened_is_not_blamed(note, alice, open_page):
    LogEntry.objects.log_action(
        alice.pk, get_content_type_for_model(note).pk, note.pk, str(note), CHANGE)
    page = open_page("note/%d/change/" % note.pk)
    change(note, text="coffee")
    assert page.save().answer.context["differences"][0].entry is None


def test_a_many_to_many_relation_is_part_of_the_version(page, note, labels):
    note.labels.add(labels[1])
    again = page.save()
    (field,) = again.answer.context["differences"][0].fields
    assert (field.label, again.status) == ("Labels", 409)
    assert sorted(again.fields["labels"]) == sorted(str(label.pk) for label in labels)


def test_a_form_with_errors_is_still_of_what_was_seen_before(page, note):
    with_errors = page.save(text="x" * 21)
    assert with_errors.status == 200
    change(note, room="attic")
    assert with_errors.save(text="milk").status == 409


def test_what_was_wrong_is_shown_with_the_conflict_and_is_still_wrong(page, note):
    change(note, room="attic")
    again = page.save(text="x" * 21)
    assert (again.status, again.value("text")) == (409, "x" * 21)
    assert again.save().status == 200


def test_a_form_that_does_not_say_what_it_has_seen_has_seen_nothing(page, note):
    again = page.save(text="milk", **{FIELD: None})
    assert (again.status, again.value("text")) == (409, "milk")
    assert again.save().status == 302


@pytest.mark.parametrize("forged", ["", "x", "a:b:c"])
def test_a_version_that_is_not_ours_is_none(page, forged):
    assert page.save(**{FIELD: forged}).status == 409


def test_a_version_is_of_one_row_and_one_person(page, note, open_page, account, client):
    other = Note.objects.create(room="hall", text="tea", topic=note.topic)
    other.labels.set(note.labels.all())
    path = "note/%d/change/" % other.pk
    assert open_page(path).save(**{FIELD: page.value(FIELD)}).status == 409
    client.force_login(account("bob", is_staff=True, is_superuser=True))
    assert AdminPage(client, page.path).save(**{FIELD: page.value(FIELD)}).status == 409


def test_a_row_that_somebody_has_deleted_is_told_with_what_was_typed_and_may_be_saved_anew(
        page, note, client):
    note.delete()
    again = page.save(text="milk")
    assert again.status == 409
    assert ("Text", "milk") in [
        (each.label, each.yours) for each in again.answer.context["row"].fields]
    assert not Note.objects.exists()
    new = AdminPage(client, "/admin/binding/note/add/", again.answer).send(_saveasnew="Save as new")
    assert (new.status, Note.objects.get().text) == (302, "milk")


def test_save_as_new_asks_for_no_version(page, settings):
    from .urls import NoteAdmin, site
    site._registry[Note].save_as = True
    try:
        assert page.send(_saveasnew="Save as new", **{FIELD: None}).status == 302
    finally:
        site._registry[Note].save_as = NoteAdmin.save_as


# Fields


@pytest.mark.parametrize("name,value", [
    ("number", 7), ("day", "2026-11-30"), ("maybe", True), ("secret", "other"),
    ("upload", "a.txt")])
def test_every_editable_column_counts(open_page, name, value):
    sample = Sample.objects.create()
    page = open_page("sample/%s/change/" % sample.pk)
    change(sample, **{name: value})
    assert page.save(text="y").status == 409


@pytest.mark.parametrize("name,value", [("fixed", "other"), ("low", -1)])
def test_what_is_not_editable_or_left_out_conflicts_with_nobody(open_page, name, value):
    sample = Sample.objects.create()
    page = open_page("sample/%s/change/" % sample.pk)
    change(sample, **{name: value})
    assert page.save(text="y").status == 302


def test_a_value_that_the_form_does_not_show_is_not_told(open_page):
    sample = Sample.objects.create()
    page = open_page("sample/%s/change/" % sample.pk)
    change(sample, secret="hush")
    again = page.save()
    (row,) = again.answer.context["differences"]
    assert (row.fields, row.has_more) == ([], True)
    assert "hush" not in again.html


def test_nobody_else_changing_every_kind_of_field_is_saved(open_page, topic):
    sample = Sample.objects.create(day="2026-11-30", topic=topic, text="a\nb", upload="a.txt")
    page = open_page("sample/%s/change/" % sample.pk)
    assert page.save().status == 302


@pytest.mark.parametrize("model,name", [(Letter, "letter"), (Memo, "memo")])
def test_inherited_columns_count_and_proxies_are_rows(open_page, model, name):
    row = model.objects.create(room="hall", text="tea")
    page = open_page("%s/%d/change/" % (name, row.pk))
    change(Note.objects.get(pk=row.pk), text="coffee")
    assert page.save(text="milk").status == 409


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_long_text_is_known_by_its_digest(open_page, line_end):
    kind = Kind.objects.create(text=("tea" + line_end) * 300)
    page = open_page("kind/%d/change/" % kind.pk)
    assert len(page.value(FIELD)) < 1000
    change(kind, text="other " * 300, name="y")
    again = page.save(name="z")
    assert (again.value("text").strip(), again.value("name")) == (("other " * 300).strip(), "z")


# Inlines


@pytest.fixture
def topic_page(note, open_page):
    """The form of a topic, with its note."""
    return open_page("topic/%d/change/" % note.topic_id)


def test_an_inline_row_is_not_saved_over(topic_page, note):
    change(note, text="coffee")
    again = topic_page.save(**{"note_set-0-text": "milk"})
    assert again.status == 409
    assert [(each.label, each.saw, each.now, each.yours)
            for each in again.answer.context["differences"][0].fields] == [
        ("Text", "tea", "coffee", "milk")]
    assert again.value("note_set-0-text") == "milk"
    assert again.save().status == 302
    note.refresh_from_db()
    assert note.text == "milk"


def test_an_inline_row_that_somebody_added_is_shown_and_what_was_typed_stays(topic_page, note):
    Note.objects.create(room="attic", text="new", topic=note.topic)
    again = topic_page.save(**{"note_set-0-room": "cellar", "note_set-1-text": "mine"})
    assert again.status == 409
    assert [row.is_new for row in again.answer.context["differences"]] == [True]
    assert [again.value("note_set-%d-text" % number) for number in range(3)] == [
        "tea", "new", "mine"]
    assert again.value("note_set-0-room") == "cellar"
    assert again.save().status == 302
    assert sorted(Note.objects.values_list("room", "text")) == [
        ("attic", "new"), ("cellar", "tea"), ("hall", "mine")]


def test_an_inline_row_that_somebody_deleted_is_told_with_what_was_typed_into_it(
        topic_page, note):
    note.delete()
    again = topic_page.save(**{"note_set-0-text": "milk"})
    (row,) = again.answer.context["differences"]
    assert row.is_gone and [(each.label, each.yours) for each in row.fields] == [("Text", "milk")]
    assert again.save().status == 302
    assert not Note.objects.exists()


def test_what_was_ticked_for_deletion_stays_so(topic_page, note):
    change(note, text="coffee")
    again = topic_page.save(**{"note_set-0-DELETE": "on"})
    assert (again.status, again.value("note_set-0-DELETE")) == (409, "on")
    assert again.save().status == 302
    assert not Note.objects.exists()


# Deletion


@pytest.fixture
def question(open_page, note):
    return open_page("note/%d/delete/" % note.pk)


def test_what_is_as_it_was_seen_is_deleted(question):
    assert question.send().status == 302
    assert not Note.objects.exists()


def test_nobody_deletes_what_they_have_not_seen(question, note):
    change(note, text="coffee")
    again = question.send()
    assert (again.status, again.answer.context["differences"][0].fields[0].now) == (409, "coffee")
    assert Note.objects.exists() and not LogEntry.objects.exists()
    assert again.send().status == 302
    assert not Note.objects.exists()


def test_what_would_go_with_it_counts(open_page, labels):
    question = open_page("label/%d/delete/" % labels[0].pk)
    Note.objects.create(text="tea").labels.add(labels[0])
    assert question.send().status == 409
    assert Label.objects.filter(pk=labels[0].pk).exists()
