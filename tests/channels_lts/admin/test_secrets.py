"""
What somebody may not see, they learn by no page of the lock, no version and no frame.
"""
import json
import zlib

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.contrib.auth.models import Permission
from django.core.signing import b64_decode

from channels_lts.admin.live import group_of
from channels_lts.admin.versions import FIELD
from tests.support.admin import AdminPage

from ..binding.frames import Ear
from ..binding.models import Note, Place, Sample, Topic

pytestmark = pytest.mark.django_db(transaction=True)


def carried(page):
    """The content of a page's version, readable by anybody with the page."""
    text = page.value(FIELD).rsplit(":", 2)[0]
    packed = b64_decode(text.lstrip(".").encode())
    return (zlib.decompress(packed) if text.startswith(".") else packed).decode()


@pytest.fixture
def visit(client, account):
    """Opens pages of the other site, as somebody who may change these models."""
    def visit(path, *models):
        editor = account("editor", is_staff=True)
        editor.user_permissions.set(Permission.objects.filter(
            codename__in=["change_" + model for model in models]))
        client.force_login(editor)
        return AdminPage(client, "/staff/" + path)
    return visit


# Values


def test_a_hash_of_a_password_is_not_in_the_page(visit, alice):
    page = visit("auth/user/%d/change/" % alice.pk, "user")
    assert "alice@example.com" in carried(page)
    assert alice.password not in carried(page) and alice.password.split("$")[-1] not in page.html


def test_a_password_that_somebody_sets_meanwhile_is_a_change(visit, alice):
    page = visit("auth/user/%d/change/" % alice.pk, "user")
    assert page.save(first_name="Al").status == 302
    page = AdminPage(page.client, page.path)
    alice.refresh_from_db()
    alice.set_password("new")
    alice.save()
    again = page.save(first_name="Ally")
    (row,) = again.answer.context["differences"]
    assert (again.status, row.fields, row.has_more) == (409, [], True)
    assert again.save().status == 302


def test_what_a_password_field_does_not_show_is_neither_carried_nor_told(visit):
    sample = Sample.objects.create(secret="hush")
    page = visit("binding/sample/%s/change/" % sample.pk, "sample")
    assert "hush" not in carried(page)
    Sample.objects.filter(pk=sample.pk).update(secret="quiet")
    again = page.save(secret="mine")
    assert again.status == 409
    assert not any(word in again.html + carried(again) for word in ("hush", "quiet", "mine"))


def test_who_may_not_change_a_model_sees_no_rows_by_an_edit_that_is_refused(visit):
    Note.objects.create(room="editor", text="tea")
    page = visit("binding/note/")
    assert page.status == 403
    answer = page.client.post(page.path, {
        "_save": "Save", "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1",
        "form-0-id": str(Note.objects.get().pk), "form-0-text": "milk"})
    assert answer.status_code == 403 and b"tea" not in answer.content


# Who has done what


def test_who_has_changed_a_row_is_told_to_nobody_who_does_not_see_it(visit, alice):
    Note.objects.create(room="editor")
    hidden = Note.objects.create(room="alice")
    LogEntry.objects.log_action(
        alice.pk, get_content_type_for_model(hidden).pk, hidden.pk, str(hidden), CHANGE)
    page = visit("binding/note/", "note")
    answer = page.send(action="touch", index="0", _selected_action=[str(hidden.pk)],
                       **{FIELD: None})
    assert answer.status == 409 and "alice" not in answer.html


# Frames


def test_a_frame_does_not_tell_the_keys(visit):
    ear = Ear(group_of(Place))
    Place.objects.create(code="secret-place")
    (frame,) = ear.frames()
    ear.close()
    assert frame["payload"]["action"] == "changed" and "secret-place" not in json.dumps(frame)


def test_a_form_hears_of_inlines_only_whose_rows_it_shows(visit, open_socket):
    topic = Topic.objects.create(name="food")
    page = visit("binding/topic/%d/change/" % topic.pk, "topic")
    assert 'name="note_set-' not in page.html
    socket = open_socket("/ws/admin/staff/binding.topic/%d/" % topic.pk)
    Note.objects.create(room="hall", topic=topic)
    topic.save()
    assert [frame["payload"]["model"] for frame in socket.frames()
            if frame["payload"]["action"] == "changed"] == ["binding.topic"]
