"""
The IPC layer: asgiref's conformance suite, and what breaks asgi_ipc's own (docs/ipc.md).
"""
import os
import signal
import stat

import pytest
from asgiref.conformance import ConformanceTestCase

from channels_lts.layers.drop_log import Full
from channels_lts.layers.ipc import IPCChannelLayer
from channels_lts.layers.ipc.segment import Segment
from channels_lts.layers.ipc.stores import SweptMemory
from tests.support.waiting import in_thread, wait_for

from . import ipc

SMALL = {"message_memory": 2 ** 20, "group_memory": 2 ** 18, "max_message": 2 ** 16}

# Keeps sending and receiving large values, so that a kill mostly interrupts one.
BUSY = """
import sys
from channels_lts.layers.ipc import IPCChannelLayer
layer = IPCChannelLayer(prefix=sys.argv[1], message_memory=2 ** 20, group_memory=2 ** 18)
print("ready", flush=True)
while True:
    layer.send("busy", {"text": "x" * 50000})
    layer.group_add("friends", "daphne.response.x!a")
    layer.receive(["busy"])
"""

COUNT = """
import sys
from channels_lts.layers.ipc.segment import Segment
segment = Segment(sys.argv[1], 2 ** 16)
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(sys.argv[2])):
    with segment.changing() as value:
        value["count"] = value.get("count", 0) + 1
"""

# Is killed when half of the new value is written.
HALF = """
import mmap, os, signal, sys
from channels_lts.layers.ipc.segment import Segment

class Mmap(mmap.mmap):
    def __setitem__(self, place, value):
        middle = (place.start + place.stop) // 2
        super().__setitem__(slice(place.start, middle), value[:middle - place.start])
        os.kill(os.getpid(), signal.SIGKILL)

segment = Segment(sys.argv[1], 2 ** 16)
segment.mmap = Mmap(segment.descriptor, 2 ** 16)
with segment.changing() as value:
    value["lost"] = "y" * 20000
"""


# Both halves of a process that forks change the value.
FORK = """
import os, sys
from channels_lts.layers.ipc.segment import Segment
segment = Segment(sys.argv[1], 2 ** 16)
child = os.fork()
for _ in range(5000):
    with segment.changing() as value:
        value["count"] = value.get("count", 0) + 1
if child:
    sys.exit(os.waitpid(child, 0)[1])
"""

# Is killed while it has the lock; a child of its lives on.
ORPHAN = """
import os, signal, sys
from channels_lts.layers.ipc.segment import Segment
segment = Segment(sys.argv[1], 2 ** 16)
reader, writer = os.pipe()
if os.fork():
    os.read(reader, 1)
    with segment.changing() as value:
        os.kill(os.getpid(), signal.SIGKILL)
os.write(writer, b".")
sys.stdin.read()
"""


class TestConformance(ConformanceTestCase):
    expiry_delay = 1.1
    capacity_limit = 5

    @pytest.fixture(autouse=True, scope="class")
    def make_layer(self, request):
        with ipc.layer(expiry=1, group_expiry=1, capacity=5) as layer:
            request.cls.channel_layer = layer
            yield


del ConformanceTestCase  # pytest would collect it as a test of its own


@pytest.fixture
def layer():
    with ipc.layer(**SMALL) as layer:
        yield layer


def test_a_process_that_is_killed_in_the_middle_stops_nobody(layer):
    layer.group_add("friends", "daphne.response.x!me")
    for _ in range(20):
        with ipc.python(BUSY, layer.prefix) as child:
            assert child.stdout.readline() == b"ready\n"
            wait_for(lambda: layer.message_store.length("busy"), what="a busy process")
        layer.send("mine", {"text": "still here"})
        assert layer.receive(["mine"]) == ("mine", {"text": "still here"})
        assert "daphne.response.x!me" in layer.group_channels("friends")
        while layer.receive(["busy"])[0]:
            pass


def test_processes_do_not_overwrite_each_other():
    with ipc.prefix() as name:
        segment = Segment(name + "-count", 2 ** 16)
        with ipc.python(COUNT, segment.name[1:], 10000) as one:
            with ipc.python(COUNT, segment.name[1:], 10000) as other:
                for child in (one, other):
                    assert child.stdout.readline() == b"ready\n"
                for child in (one, other):
                    child.stdin.close()
                assert [one.wait(30), other.wait(30)] == [0, 0]
        assert segment.read() == {"count": 20000}


def test_the_two_of_a_fork_do_not_overwrite_each_other():
    with ipc.prefix() as name:
        segment = Segment(name + "-count", 2 ** 16)
        with ipc.python(FORK, segment.name[1:]) as child:
            assert child.wait(30) == 0
        assert segment.read() == {"count": 10000}


def test_a_child_does_not_keep_the_lock_of_a_parent_that_is_killed():
    with ipc.prefix() as name:
        segment = Segment(name + "-value", 2 ** 16)
        with ipc.python(ORPHAN, segment.name[1:]) as parent:
            assert parent.wait(30) == -signal.SIGKILL
            assert in_thread(segment.read)() == {}


def test_a_process_that_is_killed_while_it_writes_changes_nothing():
    with ipc.prefix() as name:
        segment = Segment(name + "-value", 2 ** 16)
        with segment.changing() as value:
            value["kept"] = "x" * 10000
        for _ in range(2):
            with ipc.python(HALF, segment.name[1:]) as child:
                assert child.wait(30) == -signal.SIGKILL
            with segment.changing() as value:
                assert value == {"kept": "x" * 10000}


def test_a_message_that_is_too_large_is_refused_and_breaks_nothing(layer):
    layer.send("small", {"text": "before"})
    with pytest.raises(layer.ChannelFull):
        layer.send("large", {"body": b"x" * 2 ** 16})
    with pytest.raises(layer.ChannelFull):
        layer.send("large", {"body": b"x" * 2 ** 22})
    assert layer.receive(["small", "large"]) == ("small", {"text": "before"})
    assert layer.receive(["small", "large"]) == (None, None)


def test_memory_that_is_full_is_a_full_channel_until_something_is_taken(layer):
    sent = 0
    with pytest.raises(layer.ChannelFull):
        while True:
            layer.send("many", {"body": b"x" * 60000})
            sent += 1
    assert 5 < sent < 20
    with pytest.raises(layer.ChannelFull):
        layer.send("other", {"body": b"x" * 60000})
    assert layer.receive(["many"])[0] == "many"
    layer.send("other", {"body": b"x" * 50000})


def test_what_does_not_fit_leaves_the_value_as_it_was():
    with ipc.prefix() as name:
        segment = Segment(name + "-value", 2 ** 12)
        with segment.changing() as value:
            value["kept"] = True
        with pytest.raises(Full):
            with segment.changing() as value:
                value["large"] = "x" * 2 ** 12
        assert segment.read() == {"kept": True}


def test_another_object_of_the_same_prefix_reads_what_was_sent(layer):
    layer.send("test", {"text": "hello"})
    layer.group_add("friends", "someone")
    other = IPCChannelLayer(prefix=layer.prefix, **SMALL)
    assert list(other.group_channels("friends")) == ["someone"]
    assert other.receive(["test"]) == ("test", {"text": "hello"})


def test_sites_do_not_meet(layer):
    with ipc.layer(**SMALL) as other:
        layer.send("test", {})
        assert other.receive(["test"]) == (None, None)


def test_channels_and_groups_that_are_over_leave_nothing_behind(layer, monkeypatch):
    monkeypatch.setattr(SweptMemory, "every", 0)
    for number in range(3):
        layer.send("test%d" % number, {})
        layer.receive(["test%d" % number])
        layer.group_add("polls-%d" % number, "someone")
        layer.group_discard("polls-%d" % number, "someone")
    assert set(layer.message_store.memory.segment.read()) == {"test2"}  # until the next call
    assert set(layer.group_store.memory.segment.read()) == {"polls-2"}


def test_nobody_else_may_read_the_memory(layer):
    mode = os.fstat(layer.message_store.memory.segment.descriptor).st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_channel_without_room_takes_nothing_and_is_silent(caplog):
    with ipc.layer(channel_capacity={"http.disconnect": 0}) as layer:
        with pytest.raises(layer.ChannelFull):
            layer.send("http.disconnect", {})
        assert layer.drop_log.told_at == {}
