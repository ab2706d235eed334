"""
The numbers of frames, and what becomes of a save when Redis doesn't answer.
"""
import time

import pytest
from channels import DEFAULT_CHANNEL_LAYER, channel_layers
from django.core.cache import cache

from channels_lts.binding import sequence
from channels_lts.binding.triggers.batch_numbers import BatchNumbers
from links import groups
from links.bindings import TagBinding
from links.models import Tag

from .frames import Ear, payloads, watch

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def broken(monkeypatch):
    """Makes methods of an object raise, until undo() is called."""
    class Broken(Exception):
        pass

    def fail(*args, **kwargs):
        raise Broken("out of reach")

    def break_(target, *names):
        for name in names:
            monkeypatch.setattr(target, name, fail)
    break_.undo = monkeypatch.undo
    return break_


def test_numbers_follow_each_other():
    first = sequence.allocate("a")
    assert [sequence.allocate("a"), sequence.allocate("a", 3), sequence.allocate("a")] == [
        first + 1, first + 2, first + 5]
    assert sequence.current("a") == first + 5


def test_numbers_begin_at_the_time_so_that_an_emptied_cache_never_repeats_one():
    before = sequence.allocate("a", 50)
    assert abs(before / 1e6 - time.time()) < 60
    cache.delete(sequence.key_of("a"))
    assert sequence.allocate("a") > before + 49


def test_a_clock_that_is_set_back_repeats_no_number(monkeypatch):
    before = sequence.allocate("a", 50)
    cache.delete(sequence.key_of("a"))
    earlier = time.time() - 3600
    monkeypatch.setattr(time, "time", lambda: earlier)
    assert sequence.allocate("a") > before + 49


class Outbox:
    """An outbox in which nothing was stored before."""

    def numbers(self, entries):
        return None

    def note_numbers(self, entries, text):
        pass


def test_the_listener_numbers_more_frames_than_rows_by_the_counter_of_their_group():
    group = groups.named(groups.TAGS)
    numbers = BatchNumbers(Outbox(), []).of(TagBinding, {1: [group]})[group]
    first = next(numbers)
    assert next(numbers) == first + 1 == sequence.current(groups.TAGS)


def test_numbers_do_not_expire():
    sequence.allocate("a")
    assert cache._expire_info[cache.make_key(sequence.key_of("a"))] is None


def test_a_socket_is_told_the_number_before_anything_happens():
    socket = watch()
    number = sequence.current("tag-updates")
    Tag.objects.create(name="x")
    Tag.objects.create(name="y")
    assert [sent["seq"] for sent in payloads(socket, "tags")] == [number + 1, number + 2]
    socket.say({"stream": "tags", "payload": {"action": "sync"}})
    answer, = payloads(socket, "tags")
    assert answer == {"action": "sync", "model": "links.tag", "seq": number + 2, "version": 1}


def test_a_project_without_versions_tells_none(settings):
    settings.CHANNELS_LTS = dict(settings.CHANNELS_LTS, PAGE_VERSION=None)
    socket = watch()
    socket.say({"stream": "tags", "payload": {"action": "sync"}})
    answer, = payloads(socket, "tags")
    assert set(answer) == {"action", "model", "seq"}


def test_all_sockets_get_the_same_number():
    one, other = watch("/updates/tags/"), watch()
    Tag.objects.create(name="x")
    assert payloads(one, "tags") == payloads(other, "tags")


def test_a_save_succeeds_without_the_cache_and_a_gap_shows_that_a_frame_was_lost(broken, log):
    ear = Ear("tag-updates")
    number = sequence.current("tag-updates")
    broken(cache, "incr", "add", "get")
    Tag.objects.create(name="x")
    assert "frames were lost" in log.text
    broken.undo()
    assert ear.frames() == []
    assert sequence.current("tag-updates") == number + 1
    Tag.objects.create(name="y")
    assert [sent["seq"] for sent in ear.payloads()] == [number + 2]


def test_a_save_succeeds_without_the_layer_and_a_gap_shows_that_a_frame_was_lost(broken, log):
    number = sequence.current("tag-updates")
    layer = channel_layers[DEFAULT_CHANNEL_LAYER].channel_layer
    broken(layer, "send_group")
    Tag.objects.create(name="x")
    broken.undo()
    assert "frame %d to tag-updates was lost" % (number + 1) in log.text
    assert sequence.current("tag-updates") == number + 1
