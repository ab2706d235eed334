"""
Known problem 12 (mass assignment, no validation, no save) and what else may be wrong with data.
"""
import json
import threading

import pytest
from django.contrib.auth.models import Permission
from django.db import connection, transaction

from links.bindings import LinkBinding, LinkTagBinding, TagBinding
from links.models import Link, LinkTag, Tag

from . import bindings
from .bindings import SampleBinding, TopicBinding
from .frames import ask
from .models import Person, Sample, Topic

pytestmark = pytest.mark.django_db(transaction=True)
URL = "https://example.com/"


@pytest.fixture(autouse=True)
def open_access(settings):
    settings.OPEN_ACCESS = True


@pytest.fixture
def link(alice):
    return Link.objects.create(name="Django", url="https://www.djangoproject.com/", user=alice)


@pytest.fixture
def sample():
    return Sample.objects.create()


def refusal(answer):
    assert answer["action"] == "error" and answer["message"]
    return answer["code"], sorted(answer["errors"])


# Answers


def test_a_row_is_created_and_shown_as_saved(alice):
    answer = ask(LinkBinding, alice, action="create", request_id="r1",
                 data={"name": "x", "url": URL})
    link = Link.objects.get()
    assert answer == {"action": "created", "pk": link.pk, "request_id": "r1", "data": {
        "id": link.pk, "name": "x", "url": URL, "pending": False, "description": "", "tags": [],
        "user": alice.pk}}


def test_a_row_is_updated_and_shown_as_saved(link):
    answer = ask(LinkBinding, action="update", pk=link.pk, request_id=7, data={"pending": True})
    assert (answer["action"], answer["request_id"]) == ("updated", 7)
    assert (answer["data"]["pending"], answer["data"]["name"]) == (True, "Django")
    assert Link.objects.get().pending


def test_a_row_is_deleted_with_what_depends_on_it(link):
    LinkTag.objects.create(link=link, tag=Tag.objects.create(name="x"))
    assert ask(LinkBinding, action="delete", pk=link.pk) == {"action": "deleted", "pk": link.pk}
    assert not LinkTag.objects.exists()


def test_a_tag_is_put_on_a_link(link):
    tag = Tag.objects.create(name="x")
    made = ask(LinkTagBinding, action="create", data={"link": link.pk, "tag": tag.pk})
    assert made["data"] == {"id": made["pk"], "link": link.pk, "tag": tag.pk}
    again = ask(LinkTagBinding, action="create", data={"link": link.pk, "tag": tag.pk})
    assert refusal(again) == ("invalid", ["__all__"])


def test_a_row_without_an_owner_gets_the_visitor_if_there_is_one(alice):
    for user in (None, {"user": None}):
        made = ask(TagBinding, alice, action="create", data=dict({"name": "x"}, **(user or {})))
        assert made["data"]["user"] == alice.pk
    assert ask(TagBinding, action="create", data={"name": "x"})["data"]["user"] is None
    assert refusal(ask(LinkBinding, action="create", data={"name": "x", "url": URL})) == (
        "invalid", ["user"])


# Refusals


@pytest.mark.parametrize("payload, code", [
    ({}, "unknown_action"), ({"action": "drop"}, "unknown_action"),
    ({"action": ["create"]}, "unknown_action"), ({"action": None}, "unknown_action"),
    ({"action": "update", "data": {}}, "missing_pk"), ({"action": "delete"}, "missing_pk"),
    ({"action": "delete", "pk": None}, "missing_pk"),
    ({"action": "delete", "pk": "1"}, "gone"), ({"action": "delete", "pk": "x"}, "bad_pk"),
    ({"action": "delete", "pk": "²"}, "bad_pk"), ({"action": "delete", "pk": [1]}, "bad_pk"),
    ({"action": "delete", "pk": True}, "bad_pk"), ({"action": "delete", "pk": 1.0}, "bad_pk"),
    ({"action": "delete", "pk": {}}, "bad_pk"), ({"action": "delete", "pk": 10 ** 30}, "bad_pk"),
    ({"action": "delete", "pk": 2 ** 40}, "gone"), ({"action": "delete", "pk": -1}, "gone"),
    ({"action": "update", "pk": 99, "data": {}}, "gone"),
    ({"action": "create"}, "bad_data"), ({"action": "create", "data": []}, "bad_data"),
    ({"action": "update", "pk": 1}, "bad_data"), ({"action": "create", "data": "x"}, "bad_data"),
    ({"action": "create", "data": {}, "request_id": []}, "bad_data"),
    ({"action": "create", "data": {}, "request_id": "x" * 65}, "bad_data"),
    ({"action": "create", "data": {}, "request_id": True}, "bad_data"),
])
def test_a_payload_that_is_wrong_is_refused_with_a_code(payload, code):
    assert ask(LinkBinding, **payload)["code"] == code


def test_only_fields_of_the_binding_are_taken(link, sample):
    for name in ("pk", "password", "_state", "save", "linktag", "user_id", ""):
        answer = ask(LinkBinding, action="update", pk=link.pk, data={name: 1, "name": "x"})
        assert refusal(answer) == ("bad_data", [name])
    for name in ("secret", "fixed", "upload", "changed"):
        answer = ask(SampleBinding, action="update", pk=str(sample.pk), data={name: "x"})
        assert refusal(answer) == ("bad_data", [name])
    link.refresh_from_db()
    assert link.name == "Django"


def test_a_whole_row_may_be_sent_back_but_keys_and_tags_do_not_change(link):
    tag = Tag.objects.create(name="x")
    LinkTag.objects.create(link=link, tag=tag)
    row = ask(LinkBinding, action="update", pk=link.pk, data={})["data"]
    assert ask(LinkBinding, action="update", pk=link.pk, data=row)["action"] == "updated"
    for name, value in (("id", link.pk + 1), ("tags", []), ("tags", [tag.pk, 5])):
        answer = ask(LinkBinding, action="update", pk=link.pk, data=dict(row, **{name: value}))
        assert refusal(answer) == ("bad_data", [name])


@pytest.mark.parametrize("name, wrong, right", [
    ("text", [["a"], {"a": 1}, True], ["a", "ä", "☃", 5, 1.5]),
    ("number", ["", " 1", "1.0", "x", [1], True, 1.0, {}], [1, -5, "1", "-5"]),
    ("ratio", [[1], True], [1, 1.5, "1.5"]),
    ("price", [[1], True, {}], ["1.50", 2, 2.25]),
    ("day", [20260101, ["2026-01-01"]], ["2026-01-01", None]),
    ("flag", ["true", "", [], 2], [True, False, 1, "0", "True", "f"]),
    ("maybe", ["null"], [True, None, 1]),
    ("topic", ["", [1], True, {"pk": 1}], [None]),
])
def test_a_value_has_the_type_of_its_field(sample, name, wrong, right):
    for value in wrong:
        answer = ask(SampleBinding, action="update", pk=str(sample.pk), data={name: value})
        assert refusal(answer) == ("bad_data", [name]), value
    for value in right:
        answer = ask(SampleBinding, action="update", pk=str(sample.pk), data={name: value})
        assert answer["action"] == "updated", (value, answer)


@pytest.mark.parametrize("name, value", [
    ("text", "12345678901"), ("text", "a\x00b"), ("text", "\ud800"), ("text", ""), ("text", None),
    ("number", 10 ** 30), ("number", 2 ** 31), ("number", None), ("flag", None),
    ("number", "9" * 20), ("ratio", "x"), ("ratio", "nan"), ("topic", "99"),
    ("ratio", 10 ** 400), ("price", 10 ** 400), ("price", "a lot"), ("price", "1000.001"),
    ("price", "NaN"), ("price", "sNaN"), ("price", "Infinity"),
    ("day", "yesterday"), ("day", "2026-02-31"), ("topic", 99), ("topic", 10 ** 30),
])
def test_a_value_that_no_row_can_hold_is_invalid(sample, name, value):
    answer = ask(SampleBinding, action="update", pk=str(sample.pk), data={name: value})
    assert refusal(answer) == ("invalid", [name])
    assert all(isinstance(text, str) for text in answer["errors"][name])


def test_every_error_is_told_at_once(alice):
    answer = ask(LinkBinding, alice, action="create", data={
        "name": "x" * 31, "url": "javascript:alert(1)", "pending": None})
    assert refusal(answer) == ("invalid", ["name", "pending", "url"])
    assert not Link.objects.exists()


@pytest.mark.parametrize("url", ["http://[", "http://[1:2]/", "http://[1.2]:80/"])
def test_an_address_in_brackets_that_is_none_is_refused(alice, url):
    answer = ask(LinkBinding, alice, action="create", data={"name": "x", "url": url})
    assert (answer["code"], list(answer["errors"])) == ("invalid", ["url"])


def test_clean_is_run_and_what_it_changes_is_saved(sample):
    pk = str(sample.pk)
    assert refusal(ask(SampleBinding, action="update", pk=pk, data={"low": 10})) == (
        "invalid", ["__all__"])
    ask(SampleBinding, action="update", pk=pk, data={"text": "ABC"})
    saved = Sample.objects.get()
    assert saved.slug == "abc"
    assert saved.changed > sample.changed


def test_save_and_delete_of_the_model_are_run(link, monkeypatch):
    calls = []
    for name in ("save", "delete"):
        def method(self, name=name, original=getattr(Link, name), **kwargs):
            calls.append((name, kwargs))
            return original(self, **kwargs)
        monkeypatch.setattr(Link, name, method)
    ask(LinkBinding, action="update", pk=link.pk, data={"name": "x"})
    ask(LinkBinding, action="delete", pk=link.pk)
    assert calls == [("save", {"update_fields": {"name"}}), ("delete", {})]


def test_a_row_that_others_depend_on_is_a_conflict(sample):
    topic = Topic.objects.create(name="x")
    Sample.objects.update(topic=topic)
    assert refusal(ask(TopicBinding, action="delete", pk=topic.pk)) == ("conflict", [])
    assert Topic.objects.exists()


def test_a_change_that_loses_a_race_is_a_conflict(link, monkeypatch):
    tag = Tag.objects.create(name="x")
    LinkTag.objects.create(link=link, tag=tag)
    monkeypatch.setattr(LinkTag, "validate_unique", lambda self, exclude: None)
    answer = ask(LinkTagBinding, action="create", data={"link": link.pk, "tag": tag.pk})
    assert refusal(answer) == ("conflict", [])


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer anyway")
def test_an_update_waits_for_another_ones_and_keeps_it(link):
    answers = []

    def update():
        answers.append(ask(LinkBinding, action="update", pk=link.pk, data={"pending": True}))
        connection.close()
    thread = threading.Thread(target=update)
    with transaction.atomic():
        Link.objects.filter(pk=link.pk).update(name="meanwhile")
        thread.start()
    thread.join(10)
    assert (answers[0]["data"]["name"], answers[0]["data"]["pending"]) == ("meanwhile", True)


# Permission


def test_a_user_of_a_model_without_names_and_permissions_may_do_nothing(monkeypatch):
    monkeypatch.delattr(bindings.WebsocketBinding, "has_permission")
    person = Person.objects.create(email="a@example.com")
    assert refusal(ask(TopicBinding, person, action="create", data={"name": "x"})) == (
        "forbidden", [])


def test_closed_access_says_forbidden_before_anything_else(link, alice, settings):
    settings.OPEN_ACCESS = False
    for user in (None, alice):
        for payload in ({"action": "update", "pk": 99, "data": {}}, {"action": "create"},
                        {"action": "delete", "pk": link.pk}):
            assert refusal(ask(LinkBinding, user, **payload)) == ("forbidden", [])
    assert Link.objects.exists()


@pytest.mark.parametrize("codename, allowed", [
    ("add_link", "created"), ("change_link", "updated"), ("delete_link", "deleted")])
def test_each_action_needs_its_own_permission(link, alice, settings, codename, allowed, client):
    settings.OPEN_ACCESS = False
    alice.user_permissions.add(Permission.objects.get(codename=codename))
    client.force_login(alice)
    row = {"name": "x", "url": URL, "user": alice.pk}
    path = "/links/api/links/%d/" % link.pk
    by_socket = [ask(LinkBinding, alice, **payload)["action"] for payload in (
        {"action": "create", "data": row}, {"action": "update", "pk": link.pk, "data": row},
        {"action": "delete", "pk": link.pk})]
    if allowed == "deleted":
        link.pk = int(path.split("/")[-2])
        link.save()
    by_http = [answer.status_code for answer in (
        client.post("/links/api/links/", json.dumps(row), content_type="application/json"),
        client.put(path, json.dumps(row), content_type="application/json"),
        client.delete(path))]
    assert [action for action in by_socket if action != "error"] == [allowed]
    assert [action != "error" for action in by_socket] == [code < 300 for code in by_http]
