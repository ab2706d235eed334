"""
Shared memory that can't be used is refused before it is read, and left as it is.
"""
import contextlib
import os
import pickle
import sys

import pytest
from channels.asgi import InvalidChannelLayerError

from channels_lts.layers.drop_log import Full
from channels_lts.layers.ipc.segment import LENGTH, Segment

from . import ipc

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /dev/shm")
SIZE = 2 ** 16


@pytest.fixture
def name():
    with ipc.prefix() as prefix:
        yield prefix + "-value"


def place(name):
    return "/dev/shm/" + name


def plant(name, mode):
    """Memory of another's making, whose value runs code."""
    class Code:
        def __reduce__(self):
            return os._exit, (3,)

    data = pickle.dumps(Code())
    with open(place(name), "wb") as memory:
        memory.write(b"\0" + LENGTH.pack(len(data)) + data)
        memory.truncate(SIZE)
    os.chmod(place(name), mode)


@pytest.mark.parametrize("mode", [0o666, 0o660, 0o640, 0o602])
def test_memory_that_others_may_open_is_refused(name, mode):
    plant(name, mode)
    with pytest.raises(InvalidChannelLayerError, match="alone: .* remove " + place(name)):
        Segment(name, SIZE)


def test_memory_of_another_user_is_refused(name, monkeypatch):
    plant(name, 0o600)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(InvalidChannelLayerError, match="alone: .* remove " + place(name)):
        Segment(name, SIZE)


@pytest.mark.parametrize("size", [SIZE // 2, SIZE * 2])
def test_memory_of_another_size_is_refused_and_kept(name, size):
    segment = Segment(name, SIZE)
    with segment.changing() as value:
        value["kept"] = True
    with pytest.raises(InvalidChannelLayerError, match="65536 .* not %d: .*%s" % (size, name)):
        Segment(name, size)
    assert segment.read() == {"kept": True}
    assert Segment(name, SIZE).read() == {"kept": True}


def test_memory_that_the_machine_does_not_have_is_refused_and_leaves_nothing_broken(name):
    disk = os.statvfs("/dev/shm")
    with pytest.raises(InvalidChannelLayerError, match="No space left"):
        Segment(name, 2 * disk.f_blocks * disk.f_frsize)
    assert os.stat(place(name)).st_size == 0
    assert Segment(name, SIZE).read() == {}


def test_refused_memory_leaves_no_descriptor_open(name):
    plant(name, 0o666)
    with open(place(name)):
        assert place(name) in open_files()
    with pytest.raises(InvalidChannelLayerError):
        Segment(name, SIZE)
    assert place(name) not in open_files()


def open_files():
    """The paths of this process's; its threads may close some meanwhile."""
    found = set()
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(FileNotFoundError):
            found.add(os.readlink("/proc/self/fd/" + name))
    return found


def test_groups_that_are_full_say_so_and_go_on():
    with ipc.layer(message_memory=2 ** 16, group_memory=2 ** 12) as layer:
        layer.group_add("friends", "first")
        with pytest.raises(Full, match="groups has room for"):
            for number in range(1000):
                layer.group_add("friends", "daphne.response.x!%d" % number)
        assert "first" in layer.group_channels("friends")
        layer.group_discard("friends", "daphne.response.x!0")
        layer.group_add("friends", "daphne.response.x!0")
