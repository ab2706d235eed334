"""
A worker's own connections, on which its replies are sent without waiting for each answer.
"""
import os
import threading
import time
from collections import deque

from redis.exceptions import RedisError, ResponseError, TimeoutError

from channels_lts.extras import extra

from . import scripts
from .late_reply import Late
from .timeouts import ANSWER_SECONDS, own_connection

with extra("redis"):
    import hiredis


class PipelinedConnection:
    """
    One thread's connection to one server. An envelope is sent at once; Redis's answer to it is read
    together with the next one that the thread has to wait for.
    """
    most = 50  # envelopes with outstanding answers
    chunk = 2 ** 16  # bytes; each must be sent within the connection's timeout

    def __init__(self, client):
        self.client = client
        self.connection = own_connection(client)
        self.connection.register_connect_callback(bring_scripts)
        self.sent = deque()  # envelopes without an answer
        self.outcomes = []
        self.expected = 0
        self.answers = []
        self.error = None  # of the last send

    def may_send(self, envelope):
        """
        Whether the envelope needn't wait for another one: each channel gets its messages in order.
        """
        return len(self.sent) < self.most and all(
            each.channel != envelope.channel for each in self.sent)

    def send(self, command, envelope):
        """Sends a command, and remembers which envelope it is for."""
        self.sent.append(envelope)
        try:
            if self.error is None:
                self._write([command])
        except RedisError as error:
            self.error = error  # for `execute` to raise

    def execute(self, *commands):
        """
        The answers to commands sent together; earlier envelopes get theirs first.

        Raises Late if they don't come in time, and RedisError if one of them is an error, or if the
        connection broke.
        """
        try:
            if self.error:
                raise self.error
            if commands:
                self._write(commands)
        except RedisError as error:
            self._break(error)
            raise
        self.expected = len(commands)
        return self.finish(ANSWER_SECONDS)

    def finish(self, seconds=0):
        """What `execute` would have returned, after it raised Late. Raises the same errors."""
        deadline = time.monotonic() + seconds
        try:
            while self.sent:
                self.outcomes.append((self.sent[0], self._read(deadline)))
                self.sent.popleft()
            while len(self.answers) < self.expected:
                self.answers.append(self._read(deadline))
        except Late:
            raise
        except RedisError as error:
            self._break(error)
            raise
        except BaseException:  # a signal handler that exits: no answer may be left over
            self.give_up()
            raise
        answers, self.answers, self.expected = self.answers, [], 0
        for answer in answers:
            if isinstance(answer, RedisError):
                raise answer
        return answers

    def take_outcomes(self):
        """The outcomes of envelopes: [(envelope, answer), …]. An answer may be a RedisError."""
        outcomes, self.outcomes = self.outcomes, []
        return outcomes

    def give_up(self):
        """Ends a connection that stays silent."""
        self._break(TimeoutError("Redis's answer never came"))

    def _break(self, error):
        self.outcomes += [(envelope, error) for envelope in self.sent]
        self.sent.clear()
        self.answers, self.expected, self.error = [], 0, None
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


def bring_scripts(connection):
    """
    Loads the scripts, so that no reply has to be sent twice because the server doesn't know one.
    """
    for script in (scripts.send, scripts.accept):
        connection.send_command(*script.load())
        try:
            connection.read_response()
        except ResponseError:  # it is sent in full if it isn't known
            pass


class Pipelines(threading.local):
    """
    The connections of each thread, and whether it is a worker's, that is, waits for messages.
    """
    is_worker = False

    def __init__(self, connection):
        """`connection`: returns the redis.Redis of a server by its index."""
        self.connection = connection
        self.pid = None
        self.by_shard = {}

    def on(self, shard):
        if self.pid != os.getpid():  # a child mustn't share its parent's connections
            self.pid, self.by_shard = os.getpid(), {}
        client, pipeline = self.connection(shard), self.by_shard.get(shard)
        if pipeline is None or pipeline.client is not client:
            pipeline = self.by_shard[shard] = PipelinedConnection(client)
        return pipeline

    def leave(self, shard):
        """Takes one out; the next one will use a new connection."""
        self.by_shard.pop(shard, None)

    def busy(self):
        """The servers that owe answers to envelopes."""
        return [shard for shard, pipeline in self.by_shard.items() if pipeline.sent]
