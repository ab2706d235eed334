"""
What the layer does with the daphne around it.
"""
from types import SimpleNamespace

from daphne.http_protocol import HTTPFactory
from twisted.internet.task import Clock

from channels_lts.layers.redis import RedisChannelLayer
from channels_lts.layers.redis.daphne.daphne_server import DaphneServer
from channels_lts.security.daphne.closing import RESTARTED

from .sockets import PROCESS, Socket


def test_sockets_are_closed_some_at_a_time_so_that_others_are_served_meanwhile():
    clock, sockets = Clock(), [Socket() for _ in range(DaphneServer.slice_sockets + 1)]
    DaphneServer(None, clock, PROCESS).restart(sockets)
    assert [socket.closed_with for socket in sockets].count(RESTARTED) == len(sockets) - 1
    clock.advance(0)
    assert all(socket.closed_with == RESTARTED for socket in sockets)


def test_daphnes_guard_tells_the_layer_when_daphne_ends():
    reactor, told = Reactor(), []
    server = DaphneServer(reactor, Clock(), PROCESS)
    reactor.readers = [SimpleNamespace(factory=HTTPFactory(None, send_channel=PROCESS))]
    server.guard(RedisChannelLayer(), lambda socket: False, lambda: told.append(server.is_draining))
    assert not server.is_draining
    server.guarded.drain.reactor.readers = []
    server.guarded.drain.begin()
    assert told == [True] and reactor.is_stopped


def test_a_daphne_that_is_told_to_end_twice_ends_once_and_in_order():
    reactor, clock = Reactor(), Clock()
    server = DaphneServer(reactor, clock, PROCESS)
    server.drain()
    clock.advance(0)  # no daphne: nothing
    reactor.readers = [SimpleNamespace(factory=HTTPFactory(None, send_channel=PROCESS))]
    clock.advance(DaphneServer.search_seconds + 1)
    server.guard(RedisChannelLayer(), lambda socket: False, lambda: None)
    server.guarded.drain.reactor.readers = []
    server.factory.reply_protocols["x"] = Socket()  # the drain waits for it
    server.drain()
    server.drain()
    assert not server.is_draining
    clock.advance(0)
    assert server.is_draining and not reactor.is_stopped


class Reactor:
    readers = ()
    is_stopped = False

    def getReaders(self):
        return self.readers

    def stop(self):
        self.is_stopped = True
