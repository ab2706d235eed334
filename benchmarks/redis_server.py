"""
A private Redis: on a free port, in memory only.
"""
import shutil

import redis

from .processes import Process, StartFailed, free_port


class RedisServer(Process):

    def __init__(self, name, folder):
        program = shutil.which("redis-server")
        if not program:
            raise StartFailed("redis-server is not on the PATH")
        self.port = free_port()
        self.url = "redis://127.0.0.1:%d/0" % self.port
        self.connection = redis.StrictRedis.from_url(self.url)
        super().__init__(name, [
            program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", folder,
            "--save", "", "--appendonly", "no", "--maxclients", "4000",
        ], folder)

    def answers(self):
        try:
            return self.connection.ping()
        except redis.exceptions.ConnectionError:
            return False

    def commands(self):
        """How often each command was called so far, by name; our own INFO left out."""
        stats = self.connection.info("commandstats")
        calls = {name.partition("_")[2]: figures["calls"] for name, figures in stats.items()}
        calls.pop("info", None)
        return calls

    def memory(self):
        """Bytes that its data takes, including the allocator's overhead."""
        return self.connection.info("memory")["used_memory"]
