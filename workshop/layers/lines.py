"""
A worker's own connections, on which its replies go out without waiting for an answer each.
"""
import os
import threading
from collections import deque

import hiredis
from redis.exceptions import RedisError, ResponseError


class Line:
    """
    One thread's connection to one server. A letter that is posted is on its way at once; Redis's
    answer to it is read together with the next one that the thread has to wait for.
    """
    most = 50  # letters whose answers may be outstanding

    def __init__(self, client):
        self.client = client
        self.connection = client.connection_pool.make_connection()
        self.posted = deque()

    def may_post(self, letter):
        """Whether the letter needn't wait for another one: each channel gets its own in order."""
        return len(self.posted) < self.most and all(
            each.channel != letter.channel for each in self.posted)

    def post(self, command, letter):
        """Sends a command, and remembers whose it is."""
        self.posted.append(letter)
        try:
            self._write([command])
        except RedisError:
            self.connection.disconnect()  # `ask` will find out, and tell

    def ask(self, *commands):
        """
        Sends commands in one go, and reads what is outstanding.

        Returns what became of the posted letters, [(letter, answer), …], and the answers to the
        commands; None instead of these if the connection broke. An answer may be a RedisError.
        """
        settled = []
        try:
            if commands:
                self._write(commands)
            while self.posted:
                settled.append((self.posted[0], self._read()))
                self.posted.popleft()
            return settled, [self._read() for _ in commands]
        except RedisError as error:
            settled += [(letter, error) for letter in self.posted]
            self.close()
            return settled, None
        except BaseException:  # a signal handler that exits: no answer may be left over
            self.close()
            raise

    def close(self):
        self.posted.clear()
        self.connection.disconnect()

    def _write(self, commands):
        self.connection.send_packed_command(
            [b"".join(hiredis.pack_command(command) for command in commands)])

    def _read(self):
        try:
            return self.connection.read_response()
        except ResponseError as error:
            return error


class Lines(threading.local):
    """The lines of each thread, and whether it is a worker's: one that waits for messages."""
    is_worker = False

    def __init__(self, connection):
        """`connection`: gives the redis.Redis of a server by its index."""
        self.connection = connection
        self.pid = None
        self.by_shard = {}

    def on(self, shard):
        if self.pid != os.getpid():  # a child mustn't share its parent's connections
            self.pid, self.by_shard = os.getpid(), {}
        client, line = self.connection(shard), self.by_shard.get(shard)
        if line is None or line.client is not client:
            line = self.by_shard[shard] = Line(client)
        return line

    def busy(self):
        """The lines with answers outstanding."""
        return [line for line in self.by_shard.values() if line.posted]
