"""
Known problems 10 (before the commit), 11 (a changed group) and 13 (silent changes).
"""
import json

import pytest
from channels.delay.models import DelayedMessage
from channels.signals import consumer_finished, consumer_started
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.models import F
from django.db.models.deletion import Collector
from django.test.utils import CaptureQueriesContext
from redis.exceptions import ConnectionError

from channels_lts.binding import outbound, sequence
from links.bindings import LinkBinding
from links.models import Link, LinkTag, Tag

from .bindings import NoteBinding
from .frames import Ear, payloads, told, watch
from .models import Label, Letter, Memo, Note, Page, Topic

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def link(alice):
    return Link.objects.create(name="Django", url="https://www.djangoproject.com/", user=alice)


@pytest.fixture
def tag(alice):
    return Tag.objects.create(name="python", user=alice)


@pytest.fixture
def many(alice):
    """10,000 links."""
    Link.objects.bulk_create([
        Link(name="n%d" % i, url="https://example.com/", user=alice) for i in range(10000)], 500)


# Once, after the commit, as committed


def test_a_row_that_is_saved_often_in_a_transaction_is_sent_once(link):
    socket = watch()
    with transaction.atomic():
        for name in ("a", "b", "c"):
            link.name = name
            link.save()
    sent, = payloads(socket, "links")
    assert (sent["action"], sent["data"]["name"]) == ("update", "c")


def test_what_a_savepoint_rolled_back_is_not_sent(link, tag):
    socket = watch()
    with transaction.atomic():
        tag.save()
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            link.save()
            Link.objects.update(pending=True)
            1 / 0
    assert [(frame["stream"], frame["payload"]["pk"]) for frame in socket.frames()] == [
        ("tags", tag.pk)]


def test_a_row_that_survives_one_of_two_savepoints_shows_what_was_committed(link):
    socket = watch()
    with transaction.atomic():
        with transaction.atomic():
            Link.objects.filter(pk=link.pk).update(name="kept")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            Link.objects.filter(pk=link.pk).update(name="dropped")
            1 / 0
    assert [sent["data"]["name"] for sent in payloads(socket, "links")] == ["kept"]


def test_the_next_transaction_knows_nothing_of_one_that_was_rolled_back(link):
    socket = watch()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        link.delete()
        1 / 0
    Link.objects.filter(pk__gt=0).update(name="still here")
    assert [sent["action"] for sent in payloads(socket, "links")] == ["update"]


def test_a_row_that_comes_and_goes_in_a_transaction_is_not_mentioned(alice):
    socket = watch()
    with transaction.atomic():
        Link.objects.create(name="x", url="https://example.com/", user=alice).delete()
    assert told(socket, "links") == []


def test_a_row_that_is_deleted_and_made_again_is_updated(link):
    socket = watch()
    pk = link.pk
    with transaction.atomic():
        link.delete()
        link.pk = pk
        link.save()
    assert told(socket, "links") == [("update", pk)]


def test_a_deleted_row_keeps_its_key_and_what_it_held(link, tag):
    LinkTag.objects.create(link=link, tag=tag)
    socket = watch()
    pk = link.pk
    link.delete()
    sent, = payloads(socket, "links")
    assert (sent["action"], sent["pk"], sent["data"]["id"]) == ("delete", pk, pk)
    assert sent["data"]["tags"] == [tag.pk]


def test_an_expression_is_sent_as_its_value(link):
    link.name = F("url")
    socket = watch()
    link.save()
    assert payloads(socket, "links")[0]["data"]["name"] == link.url


def test_a_failing_frame_does_not_undo_the_success_of_a_save(link, monkeypatch, log):
    monkeypatch.setattr(LinkBinding, "serialize_data", lambda *args: 1 / 0)
    link.save()
    assert "frames were lost" in log.text and "ZeroDivisionError" in log.text


@pytest.mark.parametrize("what", ["rows", "send"])
def test_what_a_server_that_is_away_costs_is_told_without_a_traceback(link, monkeypatch, log, what):
    def away(*args, **kwargs):
        raise ConnectionError("away")
    monkeypatch.setattr(*{"rows": (LinkBinding, "serialize_data"),
                          "send": (outbound.history, "send")}[what], away)
    link.save()
    assert "lost" in log.text and "Traceback" not in log.text


def test_the_number_is_taken_after_the_commit_and_before_the_row_is_read(link, monkeypatch):
    """Or a frame with a higher number could show an older row."""
    events = []
    allocate, rows = sequence.allocate, LinkBinding.rows
    monkeypatch.setattr(sequence, "allocate", lambda group, *args: (
        events.append("number") if group == "link-updates" else None, allocate(group, *args))[1])
    monkeypatch.setattr(LinkBinding, "rows", lambda *args: (events.append("row"), rows(*args))[1])
    with transaction.atomic():
        link.save()
        transaction.on_commit(lambda: events.append("other functions"))
        assert events == []
    assert events == ["number", "row", "other functions"]


def test_a_function_that_fails_after_the_commit_takes_no_frame_along(link, tag):
    socket = watch()

    def fail():
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        transaction.on_commit(fail)
        with transaction.atomic():
            link.save()
        tag.save()
    assert [frame["stream"] for frame in socket.frames()] == ["links", "tags"]


def test_frames_leave_before_the_consumer_has_finished(link):
    """A failure to send must not wait for where it would take the HTTP response along."""
    socket = watch()
    consumer_started.send(sender=None)
    try:
        link.save()
        assert len(socket.frames()) == 1
    finally:
        consumer_finished.send(sender=None)


# Related rows


@pytest.mark.parametrize("change", [
    lambda link, tag: LinkTag.objects.get_or_create(link=link, tag=tag),
    lambda link, tag: LinkTag.objects.bulk_create([LinkTag(link=link, tag=tag)]),
], ids=["save", "bulk_create"])
def test_a_new_link_tag_updates_its_link(link, tag, change):
    socket = watch()
    change(link, tag)
    assert [sent["data"]["tags"] for sent in payloads(socket, "links")] == [[tag.pk]]


@pytest.mark.parametrize("change", [
    lambda linktag: linktag.delete(),
    lambda linktag: LinkTag.objects.all().delete(),
    lambda linktag: LinkTag.objects.all()._raw_delete("default"),
    lambda linktag: linktag.tag.delete(),
    lambda linktag: linktag.link.tags.clear(),
    lambda linktag: linktag.tag.links.clear(),
], ids=["delete", "queryset", "raw", "cascade", "clear", "clear reverse"])
def test_a_link_tag_that_goes_updates_its_link(link, tag, change):
    linktag = LinkTag.objects.create(link=link, tag=tag)
    socket = watch("/updates/links/")
    change(linktag)
    sent, = payloads(socket, "links")
    assert (sent["action"], sent["pk"], sent["data"]["tags"]) == ("update", link.pk, [])


@pytest.mark.parametrize("by_update", [True, False])
def test_a_link_tag_that_moves_updates_both_links(link, tag, alice, by_update):
    other = Link.objects.create(name="other", url="https://example.com/", user=alice)
    linktag = LinkTag.objects.create(link=link, tag=tag)
    socket = watch("/updates/links/")
    if by_update:
        LinkTag.objects.update(link=other)
    else:
        linktag.link = other
        linktag.save()
    assert {sent["pk"]: sent["data"]["tags"] for sent in payloads(socket, "links")} == {
        link.pk: [], other.pk: [tag.pk]}


def test_a_link_tag_is_deleted_where_it_is_not_where_memory_says(link, tag, alice):
    other = Link.objects.create(name="other", url="https://example.com/", user=alice)
    linktag = LinkTag.objects.create(link=link, tag=tag)
    linktag.link = other
    socket = watch("/updates/links/")
    linktag.delete()
    assert ("update", link.pk) in told(socket, "links")


def test_a_deleted_user_takes_links_along_and_leaves_tags(alice, link, tag):
    socket = watch()
    alice.delete()
    frames = socket.frames()
    assert [(f["stream"], f["payload"]["action"]) for f in frames] == [
        ("links", "delete"), ("tags", "update")]
    assert frames[1]["payload"]["data"]["user"] is None


@pytest.mark.parametrize("change", [
    lambda user: user.tags.add(Tag.objects.get()),
    lambda user: user.tags.set([Tag.objects.get()]),
    lambda user: Tag.objects.update_or_create(name="python", defaults={"user": user}),
    lambda user: Tag.objects.select_for_update().update(user=user),
])
def test_related_managers_are_heard(account, tag, change):
    bob = account("bob")
    socket = watch()
    change(bob)
    assert [sent["data"]["user"] for sent in payloads(socket, "tags")] == [bob.pk]


def test_fixtures_are_heard(link, tmp_path):
    link.name = "from a fixture"
    path = tmp_path / "links.json"
    call_command("dumpdata", "links.link", output=str(path))
    rows = json.loads(path.read_text())
    rows[0]["fields"]["name"] = "loaded"
    path.write_text(json.dumps(rows))
    socket = watch()
    call_command("loaddata", str(path), verbosity=0)
    assert [sent["data"]["name"] for sent in payloads(socket, "links")] == ["loaded"]


def test_relations_without_a_through_model_are_heard_from_both_ends():
    page, label = Page.objects.create(title="x"), Label.objects.create(name="y")
    for change, labels in [
            (lambda: page.labels.add(label), [label.pk]), (lambda: label.pages.clear(), []),
            (lambda: label.pages.set([page]), [label.pk]), (lambda: label.delete(), [])]:
        ear = Ear("pages")
        change()
        assert [sent["data"]["labels"] for sent in ear.payloads()] == [labels]


# Groups that depend on the row


@pytest.mark.parametrize("move", [
    lambda note: Note.objects.filter(pk=note.pk).update(room="attic"),
    lambda note: [setattr(note, "room", "attic"), note.save()],
    lambda note: [setattr(note, "room", "cellar"), setattr(note, "room", "attic"), note.save()],
], ids=["update", "save", "save twice changed"])
@pytest.mark.parametrize("atomic", [True, False])
def test_a_row_that_changes_its_group_is_deleted_there_and_created_here(move, atomic):
    note = Note.objects.create(room="hall")
    hall, attic, cellar = Ear("room-hall"), Ear("room-attic"), Ear("room-cellar")
    if atomic:
        with transaction.atomic():
            move(note)
    else:
        move(note)
    gone, = hall.payloads()
    assert (gone["action"], gone["pk"], gone["data"]) == ("delete", note.pk, None)
    assert attic.told() == [("create", note.pk)]
    assert cellar.told() == []


def test_children_and_proxies_are_rows_of_their_parent():
    ear = Ear("room-hall")
    memo, letter = Memo.objects.create(), Letter.objects.create()
    assert ear.told() == [("create", memo.pk), ("create", letter.pk)]
    letter.delete(keep_parents=True)
    assert ear.told() == [("update", memo.pk + 1)]
    Memo.objects.all().delete()
    assert {action for action, _pk in ear.told()} == {"delete"}


def test_an_update_of_children_moves_the_rows_of_their_parent():
    letter = Letter.objects.create(room="attic")
    ear = Ear("room-hall")
    Letter.objects.filter(room="attic").update(room="hall")
    assert ear.told() == [("create", letter.pk)]


@pytest.mark.parametrize("is_deleted,told", [(False, "update"), (True, "delete")])
def test_a_child_is_made_of_a_row_that_is_there(is_deleted, told):
    note = Note.objects.create()
    ear = Ear("room-hall")
    with transaction.atomic():
        Letter(note_ptr=note).save()
        if is_deleted:
            Note.objects.all().delete()
    assert ear.told() == [(told, note.pk)]


def test_columns_that_the_collector_empties_are_heard():
    note = Note.objects.create(topic=Topic.objects.create(name="x"))
    ear = Ear("room-hall")
    note.topic.delete()
    assert [sent["data"]["topic"] for sent in ear.payloads()] == [None]


# Many rows


def queries_of(work):
    """The first words of the queries that `work` makes, without those that frame transactions."""
    with CaptureQueriesContext(connection) as context:
        work()
    words = [query["sql"].split()[0] for query in context.captured_queries]
    return [word for word in words if word in ("SELECT", "INSERT", "UPDATE", "DELETE")]


@pytest.mark.parametrize("change", [
    lambda: Link.objects.update(pending=True),
    lambda: Link.objects.all()._raw_delete("default"),
])
def test_ten_thousand_rows_become_one_message(many, change):
    socket = watch()
    assert len(queries_of(change)) == 2  # the keys of 101 rows, and the change
    sent, = payloads(socket, "links")
    assert sent["action"] == "reload"


def test_ten_thousand_deleted_rows_become_one_message(many):
    socket = watch()
    queries = queries_of(Link.objects.all().delete)
    assert queries.count("SELECT") < 150  # 100 for the tags of rows sent one by one, had they been
    assert [sent["action"] for sent in payloads(socket, "links")] == ["reload"]


def test_a_thousand_single_saves_in_a_transaction_become_one_message(alice):
    socket = watch()
    with transaction.atomic():
        for index in range(1000):
            Link.objects.create(name="n%d" % index, url="https://example.com/", user=alice)
    assert [sent["action"] for sent in payloads(socket, "links")] == ["reload"]


def test_bulk_created_rows_are_sent_where_the_database_tells_their_keys(alice):
    socket = watch()
    made = Link.objects.bulk_create([Link(name="x", url="https://example.com/", user=alice)])
    if connection.features.can_return_ids_from_bulk_insert:
        assert told(socket, "links") == [("create", made[0].pk)]
    else:
        assert told(socket, "links") == [("reload", None)]


@pytest.mark.parametrize("count", [3, 600])
def test_moving_many_rows_tells_each_group(count, monkeypatch):
    Note.objects.bulk_create([Note(room="hall") for _ in range(count)])
    hall, attic, cellar = Ear("room-hall"), Ear("room-attic"), Ear("room-cellar")
    Note.objects.update(room="attic")
    actions = [[sent["action"] for sent in ear.payloads()] for ear in (hall, attic, cellar)]
    if count == 3:
        assert actions == [["delete"] * 3, ["create"] * 3, []]
    else:
        assert actions == [["reload"], ["reload"], []]


def test_many_deleted_users_cost_a_bounded_number_of_queries(account):
    user_model = get_user_model()
    user_model.objects.bulk_create([user_model(username="u%d" % i) for i in range(300)])
    Tag.objects.create(name="x", user=user_model.objects.last())
    socket = watch()
    lookups = queries_of(user_model.objects.all().delete)
    assert lookups.count("SELECT") < 150
    assert [sent["action"] for sent in payloads(socket, "tags")] == ["reload"]


# Cost


def test_a_change_costs_one_query_more_and_one_for_each_relation(link, tag):
    assert queries_of(link.save) == ["UPDATE", "SELECT", "SELECT"]  # the row, its tags
    assert queries_of(tag.save) == ["UPDATE", "SELECT"]
    assert queries_of(lambda: Link.objects.update(pending=True)) == [
        "SELECT", "UPDATE", "SELECT", "SELECT"]  # the keys; the rows, their tags


def test_a_row_is_serialized_once_whatever_the_number_of_groups(monkeypatch):
    calls = []
    serialize = NoteBinding.serialize_data
    monkeypatch.setattr(NoteBinding, "group_names", classmethod(
        lambda cls, instance: ["one", "two", "three"]))
    monkeypatch.setattr(NoteBinding, "serialize_data", lambda self, instance: (
        calls.append(instance), serialize(self, instance))[1])
    ears = [Ear(name) for name in ("one", "two", "three")]
    Note.objects.create()
    assert [len(ear.frames()) for ear in ears] == [1, 1, 1]
    assert len(calls) == 1


def test_other_tables_are_still_deleted_without_being_loaded():
    collector = Collector("default")
    assert collector.can_fast_delete(DelayedMessage.objects.all())
    assert not collector.can_fast_delete(Link.objects.all())


def test_a_database_is_told_apart_by_its_transactions(link):
    """The changes live on the connection's own list, which ends with the transaction."""
    with transaction.atomic():
        link.save()
        assert len(connection.run_on_commit) == 2
    assert connection.run_on_commit == []


@pytest.fixture
def other_database(tmp_path):
    connections.databases["other"] = dict(
        connections.databases["default"], ENGINE="workshop.sqlite3",
        NAME=str(tmp_path / "other.sqlite3"), OPTIONS={})
    with connections["other"].schema_editor() as editor:
        editor.create_model(Label)
        editor.create_model(Page)
    yield "other"
    connections["other"].close()
    del connections.databases["other"]
    delattr(connections._connections, "other")


def test_databases_have_transactions_of_their_own(other_database):
    ear = Ear("pages")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Page.objects.create(title="here")
        with transaction.atomic(using=other_database):
            Page.objects.using(other_database).create(title="there")
        assert [sent["data"]["title"] for sent in ear.payloads()] == ["there"]
        1 / 0
    assert ear.frames() == []


def test_a_user_model_is_watched_for_its_deletion_only():
    socket = watch()
    user = get_user_model().objects.create(username="x")
    user.save()
    assert socket.frames() == []
