import json

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.contrib.auth.models import Permission
from django.db import transaction

from channels_lts.admin.live import group_of, name_of
from channels_lts.admin.versions import FIELD
from tests.support.sockets import Refused, Socket

from ..binding.frames import Ear
from ..binding.models import Label, Letter, Note, Place, Sample, Topic

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/ws/admin/admin/binding.note/"


@pytest.fixture
def ear():
    ear = Ear(group_of(Note))
    yield ear
    ear.close()


def changed(*rows):
    return {"action": "changed", "model": "binding.note", "pks": names(*rows)}


def names(*rows):
    return [name_of(type(row), row.pk) for row in rows]


def told(payload):
    """Without the number, which a separate test covers."""
    return {name: value for name, value in payload.items() if name != "seq"}


# What is told


def test_the_rows_of_a_commit_are_told_in_one_frame_and_nothing_that_they_hold(ear):
    with transaction.atomic():
        notes = [Note.objects.create(room="hall", text="tea") for _ in range(3)]
        notes[0].save()
    assert [told(payload) for payload in ear.payloads()] == [changed(*notes)]


def test_what_is_rolled_back_is_not_told(ear):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Note.objects.create(room="hall")
        1 / 0
    assert ear.frames() == []


@pytest.mark.parametrize("change", [
    lambda note: Note.objects.filter(pk=note.pk).update(text="x"),
    lambda note: note.labels.add(Label.objects.create(name="x")),
    lambda note: note.delete()])
def test_changes_in_bulk_of_relations_and_deletions_are_told(ear, change):
    note = Note.objects.create(room="hall")
    expected = changed(note)
    ear.frames()
    change(note)
    assert [told(payload) for payload in ear.payloads()] == [expected]


def test_a_child_is_told_to_the_lists_of_its_parent(ear):
    assert Letter.objects.create(room="hall") and len(ear.frames()) == 1


def test_very_many_rows_are_one_frame_without_names(ear):
    Note.objects.bulk_create([Note(room="hall") for _ in range(101)])
    assert [told(payload) for payload in ear.payloads()] == [
        {"action": "reload", "model": "binding.note"}]


@pytest.mark.parametrize("model,key", [
    (Sample, "0123456789abcdef0123456789ABCDEF"), (Place, 7), (Place, "a/b _\u00e9")])
def test_a_row_has_one_name_however_its_key_was_written(model, key):
    ear = Ear(group_of(model))
    model(pk=key).save()
    assert ear.payloads()[0]["pks"] == names(model.objects.get())
    ear.close()


# Who hears it


def test_who_may_open_the_list_may_follow_it(client, account, open_socket, ear):
    editor = account("editor", is_staff=True)
    editor.user_permissions.add(Permission.objects.get(codename="change_note"))
    client.force_login(editor)
    socket = open_socket(LIST)
    note = Note.objects.create(room="hall")
    assert [told(frame["payload"]) for frame in socket.frames()] == [
        {"action": "following"}, changed(note)]


def test_frames_are_numbered_so_that_a_page_knows_what_it_has_lost(admin, client, open_socket):
    note = Note.objects.create(room="hall", topic=Topic.objects.create(name="food"))
    client.force_login(admin)
    socket = open_socket("/ws/admin/admin/binding.topic/%d/" % note.topic_id)
    following, = payloads(socket, "following")
    note.topic.save()
    note.save()
    first, second = payloads(socket, "changed")
    assert {each["model"]: each["seq"] - 1 for each in (first, second)} == {
        model: following["seq"][model] for model in ("binding.topic", "binding.note")}
    socket.say({"action": "sync"})
    sync, = payloads(socket, "sync")
    told = {each["model"]: each["seq"] for each in (first, second)}
    assert sync["seq"] == {"binding.topic": told["binding.topic"]}


def test_a_form_hears_of_the_inlines_that_its_person_may_see(account, client, open_socket):
    editor = account("editor", is_staff=True)
    editor.user_permissions.add(Permission.objects.get(codename="change_topic"))
    client.force_login(editor)
    topic = Topic.objects.create(name="food")
    socket = open_socket("/ws/admin/admin/binding.topic/%d/" % topic.pk)
    assert list(payloads(socket, "following")[0]["seq"]) == ["binding.topic"]


@pytest.mark.parametrize("flags,path", [
    ({"is_staff": True}, LIST), ({"is_superuser": True}, LIST),
    ({"is_staff": True, "is_superuser": True}, "/ws/admin/admin/binding.topik/"),
    ({"is_staff": True, "is_superuser": True}, "/ws/admin/other/binding.note/")])
def test_nobody_else_may(client, account, open_socket, flags, path):
    client.force_login(account("somebody", **flags))
    with pytest.raises(Refused):
        open_socket(path)


@pytest.mark.parametrize("path", [
    "admin/binding.note/", "other/binding.note/7/", "admin/binding.topik/", "admin/nothing.x/7/",
    "admin/", "\u00e9/", "a" * 150 + "/"])
def test_a_socket_that_was_refused_ends_like_any_other(path):
    socket = Socket("/ws/admin/" + path)
    with pytest.raises(Refused):
        socket.connect()
    socket.disconnect()


def test_an_anonymous_visitor_may_not(open_socket):
    with pytest.raises(Refused):
        open_socket(LIST)


@pytest.mark.parametrize("withdraw", [
    lambda user: user.user_permissions.clear(),
    lambda user: type(user).objects.get(pk=user.pk).delete(),
    lambda user: save(user, is_staff=False), lambda user: save(user, is_active=False)])
def test_whose_right_is_withdrawn_hears_nothing_more(client, account, open_socket, withdraw):
    editor = account("editor", is_staff=True)
    editor.user_permissions.add(Permission.objects.get(codename="change_note"))
    client.force_login(editor)
    socket = open_socket(LIST)
    withdraw(editor)
    assert socket.close_code() in (4401, 4012)
    with pytest.raises(Refused):
        open_socket(LIST)


def save(user, **values):
    for name, value in values.items():
        setattr(user, name, value)
    user.save()


# A form


@pytest.fixture
def form(admin, client, open_socket):
    """Opens a socket of a note's form, as somebody who may do everything."""
    client.force_login(admin)
    return lambda note: open_socket("%s%d/" % (LIST, note.pk))


def payloads(socket, action):
    return [frame["payload"] for frame in socket.frames() if frame["payload"]["action"] == action]


def test_a_form_hears_of_its_row_and_of_its_inlines(admin, client, open_socket):
    note = Note.objects.create(room="hall", topic=Topic.objects.create(name="food"))
    client.force_login(admin)
    socket = open_socket("/ws/admin/admin/binding.topic/%d/" % note.topic_id)
    note.topic.save()
    note.save()
    assert [(each["model"], each["pks"]) for each in payloads(socket, "changed")] == [
        ("binding.topic", names(note.topic)), ("binding.note", names(note))]


def test_a_form_is_told_who_else_has_it_open_and_who_types_in_it(
        form, admin, account, client, open_socket, clock):
    note, other = [Note.objects.create(room="hall") for _ in range(2)]
    first = form(note)
    bob = account("bob", is_staff=True, is_superuser=True)
    client.force_login(bob)
    second, elsewhere = form(note), form(other)
    assert payloads(second, "people")[-1]["people"] == {
        str(admin.pk): "admin", str(bob.pk): "bob"}
    second.say({"action": "typing"})
    told = [frame["payload"] for frame in first.frames()]
    assert {"action": "typing", "user": str(bob.pk)} in told
    assert {"action": "people", "people": {str(bob.pk): "bob"}} in told
    second.disconnect()
    clock(60)
    assert payloads(first, "people") == [{"action": "people", "people": {str(bob.pk): ""}}]
    assert payloads(elsewhere, "typing") == []


def test_who_types_without_end_is_told_so(form):
    socket = form(Note.objects.create(room="hall"))
    for _ in range(21):
        socket.frames()
        socket.say({"action": "typing"})
    assert socket.frames()[-1]["error"]["code"] == "rate_limited"


def test_nobody_follows_a_form_that_they_may_not_open(form, client, account, open_socket):
    note = Note.objects.create(room="hall")
    with pytest.raises(Refused):
        open_socket(LIST + "4711/")
    with pytest.raises(Refused):
        open_socket(LIST + "x/")
    client.force_login(account("editor", is_staff=True))
    with pytest.raises(Refused):
        open_socket("%s%d/" % (LIST, note.pk))


def test_a_form_says_what_to_follow_and_who_has_changed_its_row(open_page, alice):
    note = Note.objects.create(room="hall")
    path = "note/%d/change/" % note.pk
    assert 'data-socket="/ws/admin/admin/binding.note/%d/"' % note.pk in open_page(path).html
    LogEntry.objects.log_action(
        alice.pk, get_content_type_for_model(note).pk, note.pk, str(note), CHANGE)
    assert 'data-by="alice"' in open_page(path + "?_since=1").html
    assert 'data-by=""' in open_page(path + "?_since=9999999999").html


# The page of a list


def test_a_list_says_what_to_follow_and_who_has_changed_its_rows(open_page, alice):
    note = Note.objects.create(room="hall")
    page = open_page("note/")
    assert 'data-socket="/ws/admin/admin/binding.note/"' in page.html
    assert json.loads(page.answer.context["keys"]) == [str(note.pk)]
    LogEntry.objects.log_action(
        alice.pk, get_content_type_for_model(note).pk, note.pk, str(note), CHANGE)
    again = open_page("note/?room=hall&_since=1")
    assert (again.status, json.loads(again.answer.context["changed_by"])) == (
        200, {str(note.pk): "alice"})


@pytest.mark.parametrize("since", ["", "x", "9" * 30])
def test_a_time_that_is_none_says_nothing(open_page, since):
    Note.objects.create(room="hall")
    assert open_page("note/?_since=" + since).answer.context["changed_by"] == "{}"


def test_of_a_row_the_version_counts_that_the_list_says_was_seen(open_page):
    note, other = [Note.objects.create(room="hall", text="tea") for _ in range(2)]
    before = open_page("note/")
    Note.objects.filter(pk=note.pk).update(text="coffee")
    Note.objects.filter(pk=other.pk).update(text="coffee")
    after = open_page("note/")
    seen = [after.value(FIELD), json.dumps([str(note.pk)]) + "@" + before.value(FIELD)]

    def empty(row):
        return after.send(action="empty", index="0", _selected_action=[str(row.pk)],
                          **{FIELD: seen}).status
    assert [empty(note), empty(other)] == [409, 302]
