"""
What has expired leaves the shared memory, whether or not anybody asks for it: messages, members,
and everything for a daphne that was killed.
"""
import contextlib
import time

import pytest

from channels_lts.layers.ipc.processes import Processes
from channels_lts.layers.ipc.stores import SweptMemory

from . import ipc

DAPHNE, OTHER = "daphne.response.x!", "daphne.response.y!"

RECEIVE = """
import sys
from channels_lts.layers.ipc import IPCChannelLayer
layer = IPCChannelLayer(prefix=sys.argv[1], message_memory=2 ** 20, group_memory=2 ** 18)
layer.receive([sys.argv[2]])
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def layer(monkeypatch):
    """Checks for expired content at each call."""
    monkeypatch.setattr(SweptMemory, "every", 0)
    with ipc.layer(message_memory=2 ** 20, group_memory=2 ** 18, max_message=2 ** 16) as layer:
        yield layer


@pytest.fixture
def no_patience(monkeypatch):
    """A process that receives nothing counts as silent immediately."""
    monkeypatch.setattr(Processes, "lease", 0)


def channels(layer):
    return set(layer.message_store.memory.segment.read())


def groups(layer):
    return {name: set(members) for name, members in layer.group_store.memory.segment.read().items()}


@contextlib.contextmanager
def daphne(layer):
    """A process that has received on DAPHNE."""
    with ipc.python(RECEIVE, layer.prefix, DAPHNE) as child:
        assert child.stdout.readline() == b"ready\n"
        yield child


def test_messages_that_nobody_reads_expire(layer):
    layer.expiry = -1
    for number in range(100):  # the memory holds 8
        layer.send("unread%d" % number, {"body": b"x" * 60000})
    layer.expiry = 60
    layer.send("kept", {})
    assert channels(layer) == {"kept"}


def test_what_is_expired_is_looked_for_now_and_then_only(layer, monkeypatch):
    layer.expiry = -1
    layer.send("unread", {})
    monkeypatch.setattr(SweptMemory, "every", 3600)
    layer.send("other", {})
    layer.receive(["third"])
    assert channels(layer) == {"unread", "other"}


def test_asking_for_a_channel_without_messages_looks_too(layer):
    layer.expiry = -1
    layer.send("unread", {})
    assert layer.receive(["other"]) == (None, None)
    assert channels(layer) == set()


def test_members_of_groups_that_nobody_sends_to_expire(layer):
    layer.group_expiry = -1
    layer.group_add("polls-1", DAPHNE + "a")
    layer.group_expiry = 60
    layer.group_add("polls-2", DAPHNE + "a")
    assert groups(layer) == {"polls-2": {DAPHNE + "a"}}


def test_what_is_for_a_killed_daphne_goes(layer, no_patience):
    with daphne(layer):
        for channel in (DAPHNE + "a", DAPHNE + "b", OTHER + "a", "a"):
            layer.group_add("friends", channel)
        layer.group_add("polls", DAPHNE + "a")
        layer.send_group("friends", {"text": "x"})
        assert len(layer.group_channels("friends")) == 4  # silent, but there
        assert channels(layer) == {DAPHNE, OTHER, "a"}
    assert set(layer.group_channels("friends")) == {OTHER + "a", "a"}
    assert groups(layer) == {"friends": {OTHER + "a", "a"}}
    layer.receive(["other"])
    assert channels(layer) == {OTHER, "a"}


def test_what_a_late_worker_does_for_a_killed_daphne_goes_too(layer, no_patience):
    with daphne(layer):
        pass
    assert not layer.group_channels("friends")
    layer.group_add("friends", DAPHNE + "a")
    assert not layer.group_channels("friends")


def test_members_of_a_killed_daphne_go_though_nobody_uses_the_groups(layer, no_patience):
    with daphne(layer):
        layer.group_add("friends", DAPHNE + "a")
        layer.group_add("friends", OTHER + "a")
    layer.receive(["a"])
    assert groups(layer) == {"friends": {OTHER + "a"}}


def test_members_that_have_expired_go_though_nobody_uses_the_groups(layer):
    layer.group_expiry = -1
    layer.group_add("friends", DAPHNE + "a")
    layer.receive(["a"])
    assert groups(layer) == {}


def test_what_was_for_a_killed_daphne_goes_however_late_the_site_starts_again(
        layer, monkeypatch):
    with daphne(layer):
        layer.group_add("friends", DAPHNE + "a")
    later = time.monotonic() + layer.group_expiry - 1
    monkeypatch.setattr(layer.processes, "clock", lambda: later)
    layer.receive([OTHER])  # the new daphne, which drops what is too old
    assert groups(layer) == {}


def test_a_process_that_was_heard_of_a_moment_ago_is_not_gone(layer):
    with daphne(layer):
        pass
    layer.group_add("friends", DAPHNE + "a")
    assert set(layer.group_channels("friends")) == {DAPHNE + "a"}


def test_who_receives_says_so_once_a_second():
    with ipc.prefix() as name:
        now = [1000.0]
        processes = Processes(name + "-processes", kept=600, clock=lambda: now[0])
        for moment in (1000.0, 1000.5, 1000.9, 1001.0):
            now[0] = moment
            processes.renew(DAPHNE)
            assert processes.segment.read()[DAPHNE][0] == (1000.0 if moment < 1001 else 1001.0)


def test_a_process_that_is_gone_is_forgotten_at_last():
    with ipc.prefix() as name:
        now = [1000.0]
        processes = Processes(name + "-processes", kept=600, clock=lambda: now[0])
        processes.renew(DAPHNE)
        for moment, known in ((1600, {DAPHNE, OTHER}), (1601, {OTHER})):
            now[0] = moment
            processes.renew(OTHER)
            assert set(processes.segment.read()) == known


def test_of_too_many_processes_the_newest_are_known(monkeypatch):
    monkeypatch.setattr(Processes, "most", 2)
    with ipc.prefix() as name:
        now = [1000.0]
        processes = Processes(name + "-processes", kept=600, clock=lambda: now[0])
        for channel in ("a!", DAPHNE, "b!", DAPHNE):
            now[0] += 1
            processes.renew(channel)
        assert set(processes.segment.read()) == {"b!", DAPHNE}


def test_there_is_room_for_as_many_processes_as_are_known():
    with ipc.prefix() as name:
        now = [1e9]  # seconds
        processes = Processes(name + "-processes", kept=1e6, clock=lambda: now[0])
        with processes.segment.changing() as leases:
            for number in range(processes.most):
                leases["daphne.response.%s%06d!" % ("x" * 40, number)] = now[0], 2 ** 22
        now[0] += 1
        processes.renew(DAPHNE)
        assert len(processes.segment.read()) == processes.most
