import pytest
from django.contrib.auth import get_user_model
from django.db.models import F, Value
from django.db.models.functions import Concat
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from links.bindings import LinkBinding, LinkTagBinding, TagBinding
from links.models import Link, LinkTag, Tag

from .bindings import NoteBinding, PageBinding
from .machine import INDEX, TransactionMachine, one_of
from .models import Label, Letter, Memo, Note, Page, Topic

User = get_user_model()
ROOM = st.sampled_from(["hall", "attic", "cellar"])


class LinksMachine(TransactionMachine):
    """The site's own tables: fixed groups, a through model, cascades and SET_NULL."""

    audiences = [(binding, binding.all_groups()[0])
                 for binding in (LinkBinding, TagBinding, LinkTagBinding)]

    def clear(self):
        for model in (LinkTag, Link, Tag, User):
            model.objects.all().delete()
        self.made = 0

    def name(self):
        self.made += 1
        return "n%d" % self.made

    def user(self, index):
        return one_of(User.objects, index % 3) or User.objects.create(username=self.name())

    def new_link(self, index):
        return Link(name=self.name(), url="https://example.com/", user=self.user(index))

    @rule()
    def make_user(self):
        User.objects.create(username=self.name())

    @rule(index=INDEX)
    def delete_user(self, index):
        user = one_of(User.objects, index)
        if user:
            user.delete()

    @rule(index=INDEX)
    def make_link(self, index):
        self.new_link(index).save()

    @rule(index=INDEX, pk=st.integers(10 ** 6, 10 ** 6 + 3))
    def make_link_with_key(self, index, pk):
        link = self.new_link(index)
        link.pk = pk
        link.save()

    @rule(index=INDEX)
    def load_link_like_a_fixture(self, index):
        link = self.new_link(index)
        link.pk = 10 ** 6 + 4
        link.save_base(raw=True)

    @rule(index=INDEX)
    def save_link(self, index):
        link = one_of(Link.objects, index)
        if link:
            link.name = self.name()
            link.save()

    @rule(index=INDEX)
    def save_link_with_expression(self, index):
        link = one_of(Link.objects, index)
        if link:
            link.description = Concat(F("name"), Value("!"))
            link.save(update_fields=["description"])

    @rule(index=INDEX)
    def delete_link(self, index):
        link = one_of(Link.objects, index)
        if link:
            link.delete()

    @rule(pending=st.booleans())
    def update_links(self, pending):
        Link.objects.filter(pending=not pending).update(pending=pending)

    @rule(index=INDEX)
    def update_links_of_user(self, index):
        self.user(index).links.update(description=Concat(F("description"), Value(".")))

    @rule(index=INDEX, count=st.integers(0, 5))
    def make_links_in_bulk(self, index, count):
        Link.objects.bulk_create([self.new_link(index) for _ in range(count)])

    @rule()
    def delete_pending_links(self):
        Link.objects.filter(pending=True).delete()

    @rule()
    def delete_last_link_tags_in_the_raw(self):
        LinkTag.objects.filter(pk__gt=LinkTag.objects.count())._raw_delete("default")

    @rule(index=INDEX)
    def make_tag(self, index):
        Tag.objects.create(name=self.name(), user=self.user(index))

    @rule(index=INDEX)
    def delete_tag(self, index):
        tag = one_of(Tag.objects, index)
        if tag:
            tag.delete()

    @rule(user=INDEX, tag=INDEX)
    def give_tag_to_user(self, user, tag):
        tag = one_of(Tag.objects, tag)
        if tag:
            self.user(user).tags.add(tag)

    @rule(index=INDEX)
    def take_tags_from_user(self, index):
        self.user(index).tags.clear()

    @rule(link=INDEX, tag=INDEX)
    def put_tag_on_link(self, link, tag):
        link, tag = one_of(Link.objects, link), one_of(Tag.objects, tag)
        if link and tag:
            LinkTag.objects.get_or_create(link=link, tag=tag)

    @rule(index=INDEX, count=st.integers(1, 4))
    def put_tags_on_link_in_bulk(self, index, count):
        link = one_of(Link.objects, index)
        if link:
            LinkTag.objects.bulk_create([
                LinkTag(link=link, tag=Tag.objects.create(name=self.name()))
                for _ in range(count)])

    @rule(index=INDEX, link=INDEX, by_update=st.booleans())
    def move_link_tag(self, index, link, by_update):
        linktag, link = one_of(LinkTag.objects, index), one_of(Link.objects, link)
        if not linktag or LinkTag.objects.filter(link=link, tag=linktag.tag).exists():
            return
        if by_update:
            LinkTag.objects.filter(pk=linktag.pk).update(link=link)
        else:
            linktag.link = link
            linktag.save()

    @rule(index=INDEX, link=INDEX)
    def delete_link_tag_that_was_changed_in_memory(self, index, link):
        linktag, link = one_of(LinkTag.objects, index), one_of(Link.objects, link)
        if linktag:
            linktag.link = link
            linktag.delete()

    @rule(index=INDEX)
    def clear_tags_of_link(self, index):
        link = one_of(Link.objects, index)
        if link:
            link.tags.clear()

    @rule(index=INDEX)
    def clear_links_of_tag(self, index):
        tag = one_of(Tag.objects, index)
        if tag:
            tag.links.clear()

    @rule(index=INDEX)
    def delete_and_make_again(self, index):
        link = one_of(Link.objects, index)
        if link:
            pk = link.pk
            link.delete()
            link.pk = pk
            link.user = self.user(index)
            link.save()

    @rule(index=INDEX)
    def change_key_by_update(self, index):
        tag = one_of(Tag.objects.filter(linktag=None), index)
        if tag:
            Tag.objects.filter(pk=tag.pk).update(id=Tag.objects.last().pk + 10 ** 6)


class NotesMachine(TransactionMachine):
    """Groups by row, relations without a through model, to itself, children and proxies."""

    audiences = [(PageBinding, "pages")] + [
        (NoteBinding, "room-%s" % room) for room in ("hall", "attic", "cellar")]

    def clear(self):
        for model in (Letter, Note, Page, Label, Topic):
            model.objects.all().delete()

    @rule(room=ROOM, kind=st.sampled_from([Note, Memo, Letter]))
    def make_note(self, room, kind):
        kind.objects.create(room=room)

    @rule(rooms=st.lists(ROOM, max_size=5))
    def make_notes_in_bulk(self, rooms):
        Note.objects.bulk_create([Note(room=room) for room in rooms])

    @rule(index=INDEX, room=ROOM, kind=st.sampled_from([Note, Memo, Letter]))
    def move_note(self, index, room, kind):
        note = one_of(kind.objects, index)
        if note:
            note.room = room
            note.save()

    @rule(room=ROOM, to=ROOM, kind=st.sampled_from([Note, Memo, Letter]))
    def move_notes(self, room, to, kind):
        kind.objects.filter(room=room).update(room=to)

    @rule(index=INDEX)
    def make_letter_of_note(self, index):
        note = one_of(Note.objects.filter(letter=None), index)
        if note:
            Letter(note_ptr=note, room=note.room).save()

    @rule(index=INDEX, room=ROOM, kind=st.sampled_from([Note, Memo, Letter]))
    def delete_note_that_was_changed_in_memory(self, index, room, kind):
        note = one_of(kind.objects, index)
        if note:
            note.room = room
            note.delete()

    @rule(index=INDEX)
    def delete_letter_but_not_its_note(self, index):
        letter = one_of(Letter.objects, index)
        if letter:
            letter.delete(keep_parents=True)

    @rule(room=ROOM)
    def delete_notes(self, room):
        Note.objects.filter(room=room).delete()

    @rule(index=INDEX, topic=INDEX)
    def set_topic(self, index, topic):
        note = one_of(Note.objects, index)
        if note:
            note.topic = one_of(Topic.objects, topic) or Topic.objects.create(name="t")
            note.save()

    @rule(index=INDEX)
    def delete_topic(self, index):
        topic = one_of(Topic.objects, index)
        if topic:
            topic.delete()

    @rule()
    def make_page(self):
        Page.objects.create(title="p")

    @rule(index=INDEX, other=INDEX, kind=st.sampled_from([Note, Page, Letter]),
          action=st.sampled_from(["add", "remove", "set", "clear"]), reverse=st.booleans())
    def relate(self, index, other, kind, action, reverse):
        row = one_of(kind.objects, index)
        if row:
            label = one_of(Label.objects, other) or Label.objects.create(name="l")
            manager, thing = row.labels, label
            if reverse:
                manager, thing = getattr(label, "pages" if kind is Page else "notes"), row
                thing = thing if kind is Page else Note.objects.get(pk=row.pk)
            self.change_relation(manager, action, thing)

    @rule(index=INDEX, other=INDEX, action=st.sampled_from(["add", "remove", "set", "clear"]))
    def befriend(self, index, other, action):
        note, peer = one_of(Note.objects, index), one_of(Note.objects, other)
        if note:
            self.change_relation(note.peers, action, peer)

    def change_relation(self, manager, action, thing):
        if action == "clear":
            manager.clear()
        else:
            getattr(manager, action)([thing] if action == "set" else thing)

    @rule(index=INDEX)
    def delete_label(self, index):
        label = one_of(Label.objects, index)
        if label:
            label.delete()


@pytest.mark.parametrize("machine", [LinksMachine, NotesMachine])
@pytest.mark.parametrize("max_rows", [3, 100])
@pytest.mark.django_db(transaction=True)
def test_a_replica_equals_the_table_whatever_is_done(machine, max_rows, monkeypatch):
    for binding, _group in machine.audiences:
        monkeypatch.setattr(binding, "max_rows", max_rows)
    run_state_machine_as_test(machine, settings=settings(
        max_examples=15, stateful_step_count=40, deadline=None,
        suppress_health_check=list(HealthCheck)))
