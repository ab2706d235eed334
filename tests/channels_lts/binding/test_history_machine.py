"""
Frames are lost, overtake each other and are kept no more, and a page ends with the table's rows.
"""
import random

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from channels_lts.binding import History, history, sequence
from channels_lts.layers.redis import keys
from links import groups
from links.bindings import TagBinding
from links.demultiplexers import TagDemultiplexer
from links.models import Tag

from ..layers.conftest import clean, new_layer  # noqa: F401
from .frames import watch
from .machine import INDEX, one_of, table
from .replica import Replica
from .test_history import layer  # noqa: F401

FRAMES = 5  # that are kept
RANDOM = st.randoms(use_true_random=False)


class Page(Replica):
    """A page that asks for what it lacks before it fetches, as docs/protocol.md tells clients."""

    def refetch(self, newest):
        super().refetch(newest)
        self.known = newest
        self.must_fetch = False

    def hear(self, payload):
        if payload["action"] == "sync":
            self.known = max(self.known, payload["seq"])
        elif payload["action"] == "recovered":
            for each in payload["frames"]:
                self.hear(each)
        elif not self.is_known(payload["seq"]):
            self.hear_news(payload)

    def hear_news(self, payload):
        self.known = max(self.known, payload["seq"])
        self.note(payload["seq"])
        self.must_fetch |= payload["action"] == "reload"
        if "pk" in payload:
            self.apply(payload)

    def lacks(self):
        return self.known > self.seen


class HistoryMachine(RuleBasedStateMachine):
    server = None  # the test's layer
    unsent = []  # arguments of history.send: workers that have taken a number, and are slow
    seconds = 0

    def __init__(self):
        super().__init__()
        Tag.objects.all().delete()
        self.unsent.clear()
        self.empty_redis()
        cache.clear()  # of what sockets of the same names have asked for in other examples
        self.made = 0
        self.socket = watch("/updates/tags/")
        self.page = Page(lambda: table(TagBinding, groups.TAGS), sequence.current(groups.TAGS))
        self.settled()

    def settled(self):
        """From here on the page needs no fetch, as long as the history is complete."""
        self.is_kept = bool(self.server.connection(0).exists(self.history_key))
        self.sent = 0

    @property
    def history_key(self):
        return keys.history(self.server.prefix, groups.TAGS)

    def name(self):
        self.made += 1
        return "t%d" % self.made

    # The table

    @rule(index=INDEX)
    def save(self, index):
        tag = one_of(Tag.objects, index) or Tag()
        tag.name = self.name()
        tag.save()

    @rule()
    def make(self):
        Tag.objects.create(name=self.name())

    @rule(index=INDEX)
    def delete(self, index):
        tag = one_of(Tag.objects, index)
        if tag:
            tag.delete()

    @rule()
    def make_too_many_to_tell(self):
        Tag.objects.bulk_create([Tag(name=self.name()) for _ in range(TagBinding.max_rows + 1)])

    # The workers and Redis

    @precondition(lambda self: self.unsent)
    @rule(random=RANDOM)
    def send(self, random):
        self.sent += 1
        send_now(*self.unsent.pop(random.randrange(len(self.unsent))))

    @precondition(lambda self: self.unsent)
    @rule(random=RANDOM)
    def end_before_it_is_sent(self, random):
        self.is_kept = False
        self.unsent.pop(random.randrange(len(self.unsent)))

    @rule()
    def expire(self):
        self.is_kept = False
        self.server.connection(0).delete(self.history_key)

    @rule()
    def flush(self):
        self.is_kept = False
        self.socket = None  # daphne closes it, whose groups are lost
        self.empty_redis()

    def empty_redis(self):
        connection = self.server.connection(0)
        for key in connection.keys(self.server.prefix + "*"):
            connection.delete(key)

    # The page

    def frames(self):
        return [frame["payload"] for frame in self.socket.frames()] if self.socket else []

    @rule(random=RANDOM)
    def hear(self, random):
        found = self.frames()
        random.shuffle(found)
        for payload in found:
            self.page.hear(payload)

    @rule(random=RANDOM)
    def hear_half(self, random):
        for payload in self.frames():
            if random.random() < 0.5:
                self.page.hear(payload)

    @precondition(lambda self: self.socket)
    @rule()
    def go(self):
        self.socket.disconnect()
        self.socket = None

    @precondition(lambda self: not self.socket)
    @rule()
    def come_back(self):
        self.socket = watch("/updates/tags/")
        self.sync()
        self.ask()

    @precondition(lambda self: self.socket)
    @rule()
    def sync(self):
        self.say(action="sync")

    @precondition(lambda self: self.socket and self.page.lacks())
    @rule()
    def ask(self):
        self.say(action="sync", after=self.page.seen, known=self.page.known)

    def say(self, **payload):
        self.socket.say({"stream": "tags", "payload": payload})
        for each in self.frames():
            self.page.hear(each)

    @rule()
    def wait(self):
        """A page that has a gap does for a second, before it asks."""
        HistoryMachine.seconds += 1

    @rule(random=RANDOM)
    def settle(self, random):
        """Everything that is under way arrives; the page fetches where it must."""
        while self.unsent:
            self.send(random)
        if not self.socket:
            self.come_back()
        self.wait()
        self.sync()
        self.ask()
        if self.is_kept and self.sent <= FRAMES:
            assert not self.page.lacks(), "it was kept, and the page hasn't got it"
        if self.page.lacks() or self.page.must_fetch:
            self.page.refetch(self.page.known)
        assert self.page.rows == table(TagBinding, groups.TAGS)
        self.settled()

    def teardown(self):
        self.settle(random.Random(0))


send_now = history.send


@pytest.mark.django_db(transaction=True)
def test_a_page_ends_with_the_tables_rows_and_fetches_only_what_is_kept_no_more(
        layer, monkeypatch):  # noqa: F811
    monkeypatch.setattr(HistoryMachine, "server", layer)
    monkeypatch.setattr(history, "reader", history.Reader(lambda: HistoryMachine.seconds))
    monkeypatch.setattr(TagDemultiplexer, "syncs", (100, 10))
    monkeypatch.setattr(TagBinding, "history", History(FRAMES, 10 ** 6, 60))
    monkeypatch.setattr(TagBinding, "max_rows", 2)
    monkeypatch.setattr(history, "send", lambda binding, *rest: (
        HistoryMachine.unsent.append((binding,) + rest) if binding is TagBinding else None))
    run_state_machine_as_test(HistoryMachine, settings=settings(
        max_examples=15, stateful_step_count=30, deadline=None,
        suppress_health_check=list(HealthCheck)))
