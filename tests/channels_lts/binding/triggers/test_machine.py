"""
The machines of test_machine.py on tables with triggers, with raw SQL among the ORM's changes.
"""
import contextlib

import pytest
from channels import DEFAULT_CHANNEL_LAYER, channel_layers
from django.core.management import call_command
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from ..frames import Ear
from ..machine import INDEX
from ..test_machine import ROOM, LinksMachine, NotesMachine
from .helpers import Program, Pump, raw

LINKS = [
    "INSERT INTO links_tag (name, description) VALUES ('raw', '')",
    "UPDATE links_tag SET description = description || '.'",
    "UPDATE links_tag SET name = 'u' WHERE id = (SELECT max(id) FROM links_tag)",
    "DELETE FROM links_tag WHERE id NOT IN (SELECT tag_id FROM links_linktag)",
    "UPDATE links_link SET pending = NOT pending",
    "DELETE FROM links_linktag WHERE id IN "
    "(SELECT id FROM links_linktag ORDER BY id OFFSET %(index)s LIMIT 2)",
    "INSERT INTO links_linktag (link_id, tag_id) SELECT l.id, t.id FROM links_link l, links_tag t "
    "WHERE NOT EXISTS (SELECT FROM links_linktag o WHERE o.link_id = l.id AND o.tag_id = t.id) "
    "ORDER BY l.id, t.id OFFSET %(index)s LIMIT 2",
    "UPDATE links_linktag SET link_id = (SELECT max(id) FROM links_link) WHERE id = "
    "(SELECT max(id) FROM links_linktag) AND tag_id NOT IN (SELECT tag_id FROM links_linktag "
    "WHERE link_id = (SELECT max(id) FROM links_link))",
]

NOTES = [
    "INSERT INTO binding_note (room, text) VALUES (%(room)s, 'raw')",
    "UPDATE binding_note SET room = %(room)s WHERE id = "
    "(SELECT id FROM binding_note ORDER BY id OFFSET %(index)s LIMIT 1)",
    "UPDATE binding_note SET room = %(room)s",
    "DELETE FROM binding_note WHERE id NOT IN (SELECT note_id FROM binding_note_labels UNION "
    "SELECT from_note_id FROM binding_note_peers UNION SELECT to_note_id FROM binding_note_peers "
    "UNION SELECT note_ptr_id FROM binding_letter)",
    "UPDATE binding_letter SET pages = pages + 1",
    "DELETE FROM binding_note_labels",
    "INSERT INTO binding_note_peers (from_note_id, to_note_id) SELECT a.id, b.id "
    "FROM binding_note a, binding_note b WHERE NOT EXISTS (SELECT FROM binding_note_peers o "
    "WHERE o.from_note_id = a.id AND o.to_note_id = b.id) ORDER BY 1, 2 OFFSET %(index)s LIMIT 1",
    "INSERT INTO binding_page (title) VALUES ('raw')",
    "DELETE FROM binding_page WHERE id NOT IN (SELECT page_id FROM binding_page_labels)",
    # PostgreSQL truncates no table that has rows with foreign keys to check at the commit.
    "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE binding_page_labels; SET CONSTRAINTS ALL DEFERRED",
]


class PumpedEar(Ear):
    """Receives what the listener sends when it is asked."""

    def __init__(self, group, pump):
        super().__init__(group)
        self.pump = pump

    def payloads(self):
        self.pump.tell()
        return super().payloads()


class RawSQL:
    """Rules for a machine: its `statements` in Django's own session, and in another program's."""

    def __init__(self):
        self.program = Program()
        self.pump = Pump(channel_layers[DEFAULT_CHANNEL_LAYER])
        super().__init__()

    def ear(self, group):
        return PumpedEar(group, self.pump)

    @rule(data=st.data(), room=ROOM, index=INDEX)
    def run_in_django(self, data, room, index):
        raw(data.draw(st.sampled_from(self.statements)), {"room": room, "index": index})

    # In a transaction of Django's it would wait for what that has locked, forever.
    @precondition(lambda self: not self.open)
    @rule(data=st.data(), room=ROOM, index=INDEX, is_rolled_back=st.booleans())
    def run_in_another_program(self, data, room, index, is_rolled_back):
        with contextlib.suppress(ZeroDivisionError), self.program.transaction():
            self.program.run(data.draw(st.sampled_from(self.statements)),
                             {"room": room, "index": index})
            if is_rolled_back:
                1 / 0

    def teardown(self):
        super().teardown()
        self.pump.tell()
        self.program.close()


class RawLinksMachine(RawSQL, LinksMachine):
    statements = LINKS


class RawNotesMachine(RawSQL, NotesMachine):
    statements = NOTES


@pytest.mark.parametrize("machine", [RawLinksMachine, RawNotesMachine])
@pytest.mark.parametrize("max_rows", [3, 100])
@pytest.mark.django_db(transaction=True)
def test_a_replica_equals_the_table_whoever_changes_it(machine, max_rows, installed, monkeypatch):
    for binding, _group in machine.audiences:
        monkeypatch.setattr(binding, "max_rows", max_rows)
    call_command("bindings", "install")
    # A failure is reported as found: shrinking it would take minutes.
    run_state_machine_as_test(machine, settings=settings(
        max_examples=4, stateful_step_count=30, deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=list(HealthCheck)))
