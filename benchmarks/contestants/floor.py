"""
The floor: one encoded frame written to every raw Twisted transport, no framework.
"""
from .base import Contestant


class Floor(Contestant):

    name = "floor"
    title = "raw Twisted writes"
    peer = "floor"
    talks = False

    def server_command(self, port):
        return [self.python, "server.py", str(port), str(self.redis.port)]

    def sender_command(self):
        return [self.python, "sender.py", str(self.redis.port)]
