"""
Answers that aren't there in time, but may still come.
"""
import os
import time

from redis.exceptions import TimeoutError

from .timeouts import ANSWER_SECONDS


class Late(TimeoutError):
    """
    A server is silent. `source`: the connection, with `finish()`, which returns the answer or
    raises Late again, `take_outcomes()` and `give_up()`.
    """

    def __init__(self, source):
        super().__init__("no answer within %s seconds" % ANSWER_SECONDS)
        self.source = source


class LateReply:
    """
    A connection that is kept for its answer: a hung server may have taken a message from its list,
    or will when it continues, and the message would go nowhere else.
    """

    def __init__(self, shard, source, opened):
        """`opened`: turns the answer into what a `receive` can use."""
        self.shard = shard
        self.source = source
        self.opened = opened
        self.deadline = None
        self.pid = os.getpid()  # a child mustn't read its parent's answers

    def is_hopeless(self):
        """Call it while the server is up: whether this connection has had long enough."""
        if self.deadline is None:
            self.deadline = time.monotonic() + ANSWER_SECONDS
        return time.monotonic() > self.deadline
