"""
Node's `ws`: what another language's event loop does with the same frames.
"""
import os
import shutil

from . import installing
from .base import PACKAGE
from .floor import Floor

PEER = os.path.join(PACKAGE, "peers", "ws")


class Ws(Floor):
    """A process that listens to Redis's pub/sub like the floor does; its handshake asks nobody."""

    name = "ws"
    title = "Node, ws"
    peer = "ws"
    questions = ("fanout", "connect", "memory")

    def missing(self):
        if not (shutil.which("node") and shutil.which("npm")):
            return "node and npm are not on the PATH"
        with open(os.path.join(PEER, "package.json")) as package:
            return installing.once(os.path.join(PEER, "node_modules"), package.read(), lambda: (
                installing.run(["npm", "install", "--no-package-lock", "--no-audit", "--no-fund"],
                               cwd=PEER)))

    def server_command(self, port):
        return ["node", "server.js", str(port), str(self.redis.port)]

    def sender_command(self):
        return [self.python, os.path.join(os.pardir, "floor", "sender.py"), str(self.redis.port)]
