"""
Changes that don't come by the ORM, on PostgreSQL: once, after the commit, and no ORM's twice.
"""
import contextlib
from unittest.mock import Mock

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from redis.exceptions import RedisError

from channels_lts.binding import sequence
from channels_lts.binding.triggers.claim import claim
from channels_lts.binding.triggers.outbox import LOCK, Outbox
from channels_lts.listener.listener import Listener
from links.bindings import TagBinding
from links.models import Link, Tag

from ....support.waiting import wait_for
from ..bindings import NoteBinding
from ..frames import Ear
from ..models import Label, Note, Page, Sample
from .helpers import Pump, entries, raw

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("installed")]


# What other programs change

def test_another_programs_rows_are_told_in_their_order(program, pump):
    ear = Ear("tag-updates")
    pk = program.run("INSERT INTO links_tag (name, description) VALUES ('a', '') RETURNING id")
    pump.look()
    program.run("UPDATE links_tag SET name = 'b'")
    pump.look()
    program.run("DELETE FROM links_tag")
    pump.look()
    told = ear.payloads()
    assert [(each["action"], each["pk"]) for each in told] == [
        ("create", pk), ("update", pk), ("delete", pk)]
    assert [each["data"]["name"] for each in told] == ["a", "b", "b"]
    numbers = [each["seq"] for each in told]
    assert numbers == list(range(numbers[0], numbers[0] + 3))


def test_nothing_is_told_of_a_transaction_that_is_open_or_rolled_back(program, pump):
    ear = Ear("tag-updates")
    with contextlib.suppress(ZeroDivisionError), program.transaction():
        program.run("INSERT INTO links_tag (name, description) VALUES ('a', '')")
        pump.look()
        1 / 0
    pump.look()
    assert ear.told() == []


def test_a_row_that_moves_leaves_one_group_and_comes_to_another(program, pump):
    hall, attic = Ear("room-hall"), Ear("room-attic")
    note = Note.objects.create(room="hall", text="x")
    hall.told()
    program.run("UPDATE binding_note SET room = 'attic'")
    pump.look()
    assert hall.payloads()[0]["data"] is None
    assert attic.told() == [("create", note.pk)]
    program.run("DELETE FROM binding_note")
    pump.look()
    assert hall.told() == []
    assert [each["data"]["text"] for each in attic.payloads()] == ["x"]


def test_values_of_every_type_are_told_of_a_row_that_is_gone(program, pump):
    sample = Sample.objects.create(price="1.10", ratio=0.1, day="2026-02-03", number=-1)
    ear = Ear("samples")
    program.run("DELETE FROM binding_sample")
    pump.look()
    deleted, = ear.payloads()
    assert deleted["pk"] == str(sample.pk)
    assert {name: deleted["data"][name] for name in ("price", "ratio", "day", "number")} == {
        "price": "1.10", "ratio": 0.1, "day": "2026-02-03", "number": -1}


def test_rows_of_through_models_are_their_owners_changes(program, pump, alice):
    link = Link.objects.create(name="l", url="https://x", user=alice)
    tag = Tag.objects.create(name="t")
    links, linktags = Ear("link-updates"), Ear("linktag-updates")
    pk = program.run(
        "INSERT INTO links_linktag (link_id, tag_id) VALUES (%s, %s) RETURNING id",
        [link.pk, tag.pk])
    pump.look()
    assert [each["data"]["tags"] for each in links.payloads()] == [[tag.pk]]
    assert linktags.told() == [("create", pk)]
    program.run("DELETE FROM links_linktag")
    pump.look()
    assert [each["data"]["tags"] for each in links.payloads()] == [[]]
    assert linktags.told() == [("delete", pk)]


def test_so_are_those_of_relations_without_a_through_model(program, pump):
    note, page = Note.objects.create(), Page.objects.create()
    label = Label.objects.create(name="l")
    hall, pages = Ear("room-hall"), Ear("pages")
    program.run("INSERT INTO binding_note_labels (note_id, label_id) VALUES (%s, %s)",
                [note.pk, label.pk])
    program.run("INSERT INTO binding_page_labels (page_id, label_id) VALUES (%s, %s)",
                [page.pk, label.pk])
    pump.look()
    assert hall.told() == [("update", note.pk)]
    assert pages.told() == [("update", page.pk)]


def test_a_changed_key_is_a_row_less_and_a_row_more(program, pump):
    tag = Tag.objects.create(name="t")
    ear = Ear("tag-updates")
    program.run("UPDATE links_tag SET id = id + 1000")
    pump.look()
    assert sorted(ear.told()) == [("create", tag.pk + 1000), ("delete", tag.pk)]


def test_a_statement_of_100000_rows_is_one_entry_and_one_reload(program, pump):
    ear = Ear("tag-updates")
    program.run("INSERT INTO links_tag (name, description) "
                "SELECT 't', '' FROM generate_series(1, 100000)")
    assert program.run("SELECT count(*) FROM channels_lts_outbox") == 1
    pump.look()
    assert ear.told() == [("reload", None)]
    program.run("TRUNCATE links_tag CASCADE")
    pump.look()
    assert ear.told() == [("reload", None)]


def test_rows_whose_groups_depend_on_them_are_noted_each_and_read_in_batches(program, pump):
    hall, attic = Ear("room-hall"), Ear("room-attic")
    program.run("INSERT INTO binding_note (room, text) "
                "SELECT CASE WHEN n % 2 = 0 THEN 'hall' ELSE 'attic' END, '' "
                "FROM generate_series(1, 2500) n")
    pump.listener.batch = 1000
    pump.look()
    assert set(hall.told()) == set(attic.told()) == {("reload", None)}


def test_what_waited_while_no_listener_ran_is_told_at_its_start(program, channel_layer):
    ear = Ear("tag-updates")
    pk = program.run("INSERT INTO links_tag (name, description) VALUES ('a', '') RETURNING id")
    program.run("UPDATE links_tag SET name = 'b'")
    Pump(channel_layer).look()
    assert [(each["action"], each["pk"], each["data"]["name"]) for each in ear.payloads()] == [
        ("create", pk, "b")]


def test_what_a_listener_took_and_did_not_finish_is_told_by_the_next(
        program, channel_layer, monkeypatch):
    program.run("INSERT INTO links_tag (name, description) VALUES ('a', '')")
    ear, first = Ear("tag-updates"), Pump(channel_layer)
    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr("channels_lts.listener.listener.sender.send", fail)
        first.look()
    Pump(channel_layer).look()
    assert len(ear.told()) == 1


def fail(*args):
    raise RuntimeError


class Killed(BaseException):
    """Nothing catches it."""


def seqs(ear):
    return [payload["seq"] for payload in ear.payloads()]


@pytest.fixture
def killed(channel_layer, monkeypatch):
    """`killed(name, after)`: a listener that ends where it calls `name` once more than `after`."""
    def kill(name, after=0):
        first, real, calls = Pump(channel_layer), getattr(Outbox, name), []

        def end(*args):
            calls.append(args)
            if len(calls) > after:
                raise Killed
            return real(*args)
        with monkeypatch.context() as patch, pytest.raises(Killed):
            patch.setattr(Outbox, name, end)
            first.look()
    return kill


def test_what_is_sent_again_has_the_number_that_it_had(program, killed, channel_layer):
    program.run("INSERT INTO links_tag (name, description) VALUES ('a', ''), ('b', '')")
    ear = Ear("tag-updates")
    killed("finish")
    before = ear.payloads()
    program.run("INSERT INTO links_tag (name, description) VALUES ('c', '')")
    Pump(channel_layer).look()
    again = ear.payloads()
    assert again[:2] == before
    assert [each["seq"] for each in again] == [before[0]["seq"] + number for number in range(3)]


def test_what_was_not_sent_yet_leaves_no_number_out(program, killed, channel_layer):
    """Killed between two tables, of which the second hadn't its numbers yet."""
    tags, pages = Ear("tag-updates"), Ear("pages")
    program.run("INSERT INTO binding_page (title) VALUES ('b')")
    program.run("INSERT INTO links_tag (name, description) VALUES ('a', '')")
    killed("note_numbers", after=1)
    before = seqs(pages)
    Pump(channel_layer).look()
    assert (seqs(pages), len(before), len(seqs(tags))) == (before, 1, 1)


def test_a_reload_has_its_number_again_too(program, killed, channel_layer):
    ear = Ear("tag-updates")
    program.run("INSERT INTO links_tag (name, description) "
                "SELECT 't' || n, '' FROM generate_series(1, 150) n")
    killed("finish")
    before = ear.payloads()
    Pump(channel_layer).look()
    assert ear.payloads() == before and [each["action"] for each in before] == ["reload"]


def test_a_row_that_changes_again_has_a_new_number(program, pump):
    ear = Ear("tag-updates")
    for text in "ab":
        program.run("INSERT INTO links_tag (id, name, description) VALUES (9, %s, '') "
                    "ON CONFLICT (id) DO UPDATE SET name = excluded.name", [text])
        pump.look()
    first, second = seqs(ear)
    assert second == first + 1


def test_what_the_cache_could_not_number_is_told_when_it_is_back(program, pump, monkeypatch):
    ear = Ear("tag-updates")
    program.run("INSERT INTO links_tag (name, description) VALUES ('a', '')")
    with monkeypatch.context() as patch, pytest.raises(RedisError):
        patch.setattr(sequence, "advance", Mock(side_effect=RedisError))
        pump.look()
    pump.look()
    assert len(ear.told()) == 1


def test_a_row_that_its_binding_cannot_serialize_does_not_stop_the_others(
        program, pump, monkeypatch, log):
    tags, pages = Ear("tag-updates"), Ear("pages")
    program.run("INSERT INTO links_tag (name, description) VALUES ('a', '')")
    program.run("INSERT INTO binding_page (title) VALUES ('b')")
    monkeypatch.setattr(TagBinding, "serialize_data", Mock(side_effect=ValueError))
    pump.look()
    assert (len(pages.told()), len(tags.told())) == (1, 0)
    assert "TagBinding: frames were lost" in log.text
    assert entries() == 0


def test_a_second_listener_stands_by_until_the_first_ends(program, channel_layer):
    lock = "SELECT pg_try_advisory_lock(%s, %s)"
    assert program.run(lock, LOCK)
    listener = Listener("default", channel_layer)
    assert not listener.become_active()
    program.close()
    wait_for(listener.become_active, what="the other session's end")


def test_a_role_without_rights_to_the_outbox_writes_bound_tables(program, pump):
    ear = Ear("tag-updates")
    program.run("CREATE ROLE outsider")
    try:
        with program.transaction():
            program.run("GRANT ALL ON links_tag, links_tag_id_seq TO outsider")
            program.run("SET LOCAL ROLE outsider")
            program.run("INSERT INTO links_tag (name, description) VALUES ('a', '')")
    finally:
        program.run("DROP OWNED BY outsider; DROP ROLE outsider")
    pump.look()
    assert len(ear.told()) == 1


# What the ORM changes

ORM = {
    "create": lambda tag: Tag.objects.create(name="new"),
    "save": lambda tag: tag.save(),
    "delete": lambda tag: tag.delete(),
    "update": lambda tag: Tag.objects.filter(pk=tag.pk).update(name="x"),
    "bulk": lambda tag: Tag.objects.bulk_create([Tag(name="x"), Tag(name="y")]),
    "many": lambda tag: Tag.objects.bulk_create([Tag(name="x") for _ in range(150)]),
    "many in parts": lambda tag: [
        Tag.objects.bulk_create([Tag(name="x") for _ in range(60)]) for _ in range(3)],
}


@pytest.mark.parametrize("in_transaction", [False, True])
@pytest.mark.parametrize("change", ORM.values(), ids=list(ORM))
def test_the_orm_tells_its_changes_itself_and_the_listener_nothing(change, in_transaction, pump):
    tag = Tag.objects.create(name="old")
    ear = Ear("tag-updates")
    with transaction.atomic() if in_transaction else contextlib.suppress():
        change(tag)
    assert ear.told()
    assert entries() == 0
    pump.tell()
    assert ear.told() == []


def test_relations_too(pump):
    page, label = Page.objects.create(), Label.objects.create(name="l")
    ear = Ear("pages")
    page.labels.add(label)
    label.pages.clear()
    assert entries() == 0
    assert ear.told() == [("update", page.pk)] * 2


def test_raw_sql_in_django_is_told_by_the_listener_and_what_the_orm_did_beside_it_once(pump):
    mine, other = (Tag.objects.create(name=name) for name in "ab")
    ear = Ear("tag-updates")
    with transaction.atomic():
        mine.save()
        raw("UPDATE links_tag SET description = 'raw'")
    first, = ear.payloads()
    assert (first["pk"], first["data"]["description"]) == (mine.pk, "raw")
    pump.tell()
    second, = ear.payloads()
    assert (second["pk"], second["data"]["description"]) == (other.pk, "raw")
    pump.tell()
    assert ear.told() == []


def test_a_row_that_raw_sql_moved_before_the_orm_saved_it_leaves_its_old_group(pump):
    note = Note.objects.create(room="hall")
    hall, attic = Ear("room-hall"), Ear("room-attic")
    with transaction.atomic():
        raw("UPDATE binding_note SET room = 'attic'")
        Note.objects.get().save()
    assert (hall.told(), attic.told()) == ([("delete", note.pk)], [("create", note.pk)])
    pump.tell()
    assert hall.told() == attic.told() == []


def test_rows_that_raw_sql_moved_before_the_orm_changed_many_leave_their_old_groups(
        pump, monkeypatch):
    monkeypatch.setattr(NoteBinding, "max_rows", 3)
    for _ in range(4):
        Note.objects.create(room="hall")
    hall, attic = Ear("room-hall"), Ear("room-attic")
    raw("UPDATE binding_note SET room = 'attic'")
    Note.objects.filter(room="attic").delete()
    pump.tell()
    assert hall.told() == [("reload", None)]
    assert attic.told() == [], "nobody there has heard of them"
    assert entries() == 0


def test_a_savepoint_that_is_rolled_back_claims_nothing_of_others(program, pump):
    tag = Tag.objects.create(name="t")
    ear = Ear("tag-updates")
    program.run("UPDATE links_tag SET name = 'theirs'")
    with transaction.atomic():
        with contextlib.suppress(ZeroDivisionError), transaction.atomic():
            tag.save()
            1 / 0
    assert ear.told() == []
    pump.look()
    assert [each["data"]["name"] for each in ear.payloads()] == ["theirs"]


def test_of_a_slow_process_the_listener_tells_and_the_process_does_not_repeat_it(
        pump, monkeypatch):
    def late(*args):
        pump.tell()
        return claim(*args)
    tag = Tag.objects.create(name="t")
    ear = Ear("tag-updates")
    monkeypatch.setattr("channels_lts.binding.changes.claim", late)
    tag.save()
    Tag.objects.bulk_create([Tag(name="x") for _ in range(150)])
    assert ear.told() == [("update", tag.pk), ("reload", None)]


def test_of_a_process_that_died_after_its_commit_the_listener_tells(pump):
    ear = Ear("tag-updates")
    with transaction.atomic():
        tag = Tag.objects.create(name="t")
        del connection.run_on_commit[:]
    pump.look()
    assert ear.told() == [], "the process may still be about to claim it"
    pump.tell()
    assert ear.told() == [("create", tag.pk)]


def test_without_triggers_the_orm_tells_all(installed, log):
    ear = Ear("tag-updates")
    installer_sql = list(installed.remove_triggers_sql())
    installed.run(installer_sql)
    tag = Tag.objects.create(name="t")
    installed.run(installed.uninstall_sql())
    tag.save()
    assert ear.told() == [("create", tag.pk), ("update", tag.pk)]
    assert "The triggers' outbox can't be read" in log.text


# The commands

def test_status_names_each_table_and_what_is_wrong(capsys, program):
    call_command("bindings", "status")
    told = capsys.readouterr().out
    assert "links_tag: installed" in told and "listener: none" in told
    program.run("DROP TRIGGER channels_lts_update ON links_tag")
    with pytest.raises(CommandError):
        call_command("bindings", "status")
    assert "links_tag: outdated" in capsys.readouterr().out
    call_command("bindings", "install")
    call_command("bindings", "status")


def test_sql_prints_what_install_runs_and_runs_nothing(capsys, program):
    call_command("bindings", "uninstall")
    call_command("bindings", "install", "--sql")
    text = capsys.readouterr().out
    assert program.run("SELECT to_regclass('channels_lts_outbox')") is None
    program.run(text)
    call_command("bindings", "status")


def test_install_wants_the_setting_first(settings):
    settings.CHANNELS_LTS = dict(settings.CHANNELS_LTS, BINDING_TRIGGERS=False)
    with pytest.raises(CommandError, match="BINDING_TRIGGERS"):
        call_command("bindings", "install")
