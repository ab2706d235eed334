"""
A client that only knows docs/protocol.md, when frames are lost, late, or numbered by a server that
has lost what it had announced.
"""
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_lts.layers.base import capabilities_of
from channels_lts.layers.redis import RedisChannelLayer
from tests.support.follower import Follower


class Page:
    """A server's table and its frames, and a Follower of them, on a clock that the test moves."""

    def __init__(self):
        self.now = 0
        self.table = {}
        self.follower = Follower("tags", lambda: dict(self.table), clock=lambda: self.now)

    def change(self, seq, name, is_lost=False):
        self.table[1] = {"name": name}
        if not is_lost:
            self.hear(seq, "update", pk=1, data=self.table[1])

    def hear(self, seq, action, **payload):
        self.follower.hear({"stream": "tags", "payload": dict(payload, seq=seq, action=action)})

    def wait(self, seconds):
        for _ in range(2):  # something is missing; and still is, a moment later
            asked = self.follower.look()
            self.now += seconds
        return asked

    @property
    def is_stale(self):
        return self.follower.rows != self.table


@pytest.fixture
def page():
    page = Page()
    page.hear(100, "sync")
    page.wait(2)
    page.follower.look()
    return page


def test_what_is_told_is_applied_without_a_fetch(page):
    page.follower.fetch = None
    page.change(101, "a")
    page.change(102, "b")
    page.wait(2)
    assert not page.is_stale


def test_a_lost_last_frame_is_found_by_a_sync(page):
    page.change(101, "a", is_lost=True)
    assert page.is_stale
    assert page.wait(31) == {"stream": "tags", "payload": {"action": "sync"}}
    page.hear(101, "sync")
    page.wait(2)
    page.follower.look()
    assert not page.is_stale


@given(st.lists(st.booleans(), max_size=5), st.permutations(range(5)))
def test_frames_in_any_order_some_of_them_lost(lost, order):
    page = Page()
    page.hear(100, "sync")
    page.wait(2)
    page.follower.look()
    lost += [False] * (5 - len(lost))
    page.table[1] = {"name": "4"}
    for at in order:
        if not lost[at]:
            page.hear(101 + at, "update", pk=1, data={"name": str(at)})
    page.hear(105, "sync")
    page.wait(2)
    page.follower.look()
    assert not page.is_stale


def test_it_heals_when_redis_has_forgotten_numbers_that_it_has_heard(page, new_redis):
    server = new_redis("--save", "")

    def number():  # each time another process
        layer = RedisChannelLayer(hosts=[server.url])
        return capabilities_of(layer).numbers.advance("tag-updates", 1, 0)
    page.change(number(), "a")
    server.client.save()
    page.change(number(), "b")
    server.kill()
    server.start()
    page.change(number(), "c")
    assert not page.is_stale
