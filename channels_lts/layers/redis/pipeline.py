"""
A worker's own connections, on which its replies go out without waiting for an answer each.
"""
import os
import threading
import time
from collections import deque

from channels.asgi import InvalidChannelLayerError
from redis.exceptions import RedisError, ResponseError, TimeoutError

from channels_lts.extras import extra

from . import scripts
from .late_reply import Late
from .timeouts import ANSWER_SECONDS, own_connection

with extra("redis", InvalidChannelLayerError):
    import hiredis


class PipelinedConnection:
    """
    One thread's connection to one server. A letter that is posted is on its way at once; Redis's
    answer to it is read together with the next one that the thread has to wait for.
    """
    most = 50  # letters whose answers may be outstanding
    chunk = 2 ** 16  # bytes; each must leave within the connection's timeout

    def __init__(self, client):
        self.client = client
        self.connection = own_connection(client)
        self.connection.register_connect_callback(bring_script)
        self.posted = deque()  # letters without an answer
        self.outcomes = []
        self.asked = 0
        self.answers = []
        self.error = None  # of the last post

    def may_post(self, letter):
        """Whether the letter needn't wait for another one: each channel gets its own in order."""
        return len(self.posted) < self.most and all(
            each.channel != letter.channel for each in self.posted)

    def post(self, command, letter):
        """Sends a command, and remembers whose it is."""
        self.posted.append(letter)
        try:
            self.error or self._write([command])
        except RedisError as error:
            self.error = error  # for `ask` to tell

    def ask(self, *commands):
        """
        The answers to commands that are sent in one go; the posted letters get theirs before.

        Raises Late if they aren't here in time, and RedisError if one of them is an error, or if
        the connection broke.
        """
        try:
            if self.error:
                raise self.error
            if commands:
                self._write(commands)
        except RedisError as error:
            self._break(error)
            raise
        self.asked = len(commands)
        return self.finish(ANSWER_SECONDS)

    def finish(self, seconds=0):
        """What `ask` returns, after it has raised Late. Raises the same errors."""
        deadline = time.monotonic() + seconds
        try:
            while self.posted:
                self.outcomes.append((self.posted[0], self._read(deadline)))
                self.posted.popleft()
            while len(self.answers) < self.asked:
                self.answers.append(self._read(deadline))
        except Late:
            raise
        except RedisError as error:
            self._break(error)
            raise
        except BaseException:  # a signal handler that exits: no answer may be left over
            self.give_up()
            raise
        answers, self.answers, self.asked = self.answers, [], 0
        for answer in answers:
            if isinstance(answer, RedisError):
                raise answer
        return answers

    def take_outcomes(self):
        """What became of posted letters: [(letter, answer), …]. An answer may be a RedisError."""
        outcomes, self.outcomes = self.outcomes, []
        return outcomes

    def give_up(self):
        """Ends a connection that stays silent."""
        self._break(TimeoutError("Redis's answer never came"))

    def _break(self, error):
        self.outcomes += [(letter, error) for letter in self.posted]
        self.posted.clear()
        self.answers, self.asked, self.error = [], 0, None
        self.connection.disconnect()

    def _write(self, commands):
        data = b"".join(hiredis.pack_command(command) for command in commands)
        self.connection.send_packed_command(
            [data[at:at + self.chunk] for at in range(0, len(data), self.chunk)])

    def _read(self, deadline):
        if not self.connection.can_read(max(0, deadline - time.monotonic())):
            raise Late(self)
        try:
            return self.connection.read_response()
        except ResponseError as error:
            return error


def bring_script(connection):
    """So that no reply has to be sent again because the server doesn't know how."""
    connection.send_command(*scripts.send.load())
    try:
        connection.read_response()
    except ResponseError:  # it is given in full when it isn't known
        pass


class Pipelines(threading.local):
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
            line = self.by_shard[shard] = PipelinedConnection(client)
        return line

    def leave(self, shard):
        """Takes a line out; the next one will be on a new connection."""
        self.by_shard.pop(shard, None)

    def busy(self):
        """The servers from which answers to letters are outstanding."""
        return [shard for shard, line in self.by_shard.items() if line.posted]
