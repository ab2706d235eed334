"""
What the layer does with the daphne around it.
"""
from twisted.internet.task import Clock

from channels_lts.layers.redis.daphne.daphne_server import DaphneServer
from channels_lts.security.daphne.closing import RESTARTED

from .sockets import PROCESS, Socket


def test_sockets_are_closed_some_at_a_time_so_that_others_are_served_meanwhile():
    clock, sockets = Clock(), [Socket() for _ in range(DaphneServer.slice_sockets + 1)]
    DaphneServer(None, clock, PROCESS).restart(sockets)
    assert [socket.closed_with for socket in sockets].count(RESTARTED) == len(sockets) - 1
    clock.advance(0)
    assert all(socket.closed_with == RESTARTED for socket in sockets)
