"""
The list of open sockets that daphne's side publishes.
"""
import pytest

from channels_lts.layers.redis import RedisChannelLayer
from channels_lts.layers.redis.daphne.lease import Lease

from .sockets import PROCESS, Daphne, Socket


class Client:
    """Keeps the commands."""

    def __init__(self):
        self.commands = []

    def command(self, arguments, answered):
        self.commands.append(arguments)


def named(name):
    socket = Socket()
    socket.reply_channel = PROCESS + name
    return socket


@pytest.fixture
def scene():
    daphne = Daphne(one=named("one"), two=named("two"))
    return Lease(RedisChannelLayer(prefix="p:"), PROCESS, Client(), daphne)


def test_one_command_names_all_open_sockets(scene):
    scene.publish()
    assert scene.client.commands == [
        ("SET", "p::open:" + PROCESS, "1\none\ntwo", "EX", Lease.lifetime)]


def test_every_list_has_a_version_of_its_own_even_if_nothing_has_changed(scene):
    del scene.daphne.protocols[PROCESS + "one"]
    scene.publish()
    scene.publish()
    assert [command[2] for command in scene.client.commands] == ["1\ntwo", "2\ntwo"]


def test_not_every_beat_brings_a_list(scene):
    for _ in range(2 * Lease.beats):
        scene.beat()
    assert len(scene.client.commands) == 2


def test_without_a_daphne_there_is_no_list(scene):
    scene.daphne.factory = None
    scene.publish()
    assert scene.client.commands == []


def test_while_daphne_ends_its_people_have_time_to_come_back(scene, settings):
    settings.CHANNELS_LTS = {"PRESENCE_GRACE": 4, "DRAIN_LIMIT": 8, "RETURN_SPREAD": 2.5}
    scene.daphne.is_draining = True
    scene.publish()
    assert scene.client.commands[0][2] == "1 15\none\ntwo"
