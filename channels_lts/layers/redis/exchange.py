"""
A worker's queries to a server, none of which holds it up for long.
"""
import os
import threading
import time

from redis.exceptions import ConnectionError, RedisError, TimeoutError

from ..metrics import ROUND_TRIP
from .late_reply import Late, LateReply


class Overdue(threading.local):
    """The LateReplies that each thread waits for."""

    def __init__(self):
        self.replies = []


class Exchange:
    """Queries on each thread's own connections, and keeps those whose answers are late."""

    def __init__(self, shards, pipelines, replies, metrics):
        """`replies.answered`: gets the outcomes of replies sent earlier."""
        self.shards = shards
        self.pipelines = pipelines
        self.replies = replies
        self.metrics = metrics
        self._overdue = Overdue()

    def ask(self, shard, opened, *commands, is_last=False):
        """
        What `opened` makes of a server's answers to commands: (list, entry) or something empty.
        None if the server is away. If they are late, `late_answers` returns it later. Raises
        RedisError for an answer that is an error.
        """
        pipeline, asked_at = self.pipelines.on(shard), self.shards.outages[shard].clock()
        began = time.perf_counter()
        try:
            answers = pipeline.execute(*commands)
            self.metrics.observe(ROUND_TRIP, seconds=time.perf_counter() - began)
            return opened(answers)
        except TimeoutError as error:
            if isinstance(error, Late):
                self.pipelines.leave(shard)
            self.silent(shard, error, opened, asked_at)
        except ConnectionError as error:
            # Redis may have closed an idle connection. A message that it had popped for this one is
            # lost either way.
            if not is_last:
                return self.ask(shard, opened, *commands, is_last=True)
            self.shards.circuit_breaker.lost(shard, error, asked_at)
        finally:
            self.replies.answered(pipeline.take_outcomes())

    def is_open(self, shard):
        """
        Whether this thread has its own connection to a server that isn't away, and no other server
        owes it an answer: what is asked then comes after all that the thread has sent.
        """
        return self.pipelines.is_worker and not self.shards.circuit_breaker.is_away(shard) \
            and not self.replies.is_holding(shard) and set(self.pipelines.busy()) <= {shard}

    def silent(self, shard, error, opened, asked_at):
        """
        Call it with the error of a server that didn't answer, and when it was asked, by the
        outage's clock. If an answer may still come, `opened` gets it then.
        """
        if isinstance(error, Late):
            self._overdue.replies.append(LateReply(shard, error.source, opened))
        self.shards.circuit_breaker.lost(shard, error, asked_at)

    def is_owed(self):
        """
        Whether a late answer to this thread may come, or one of its replies waits for a server.
        """
        return bool(self._overdue.replies) or self.replies.is_holding()

    def late_answers(self):
        """
        Late answers of servers, as `opened` returns them: [(list, entry), …]. Gives up connections
        that are silent though their servers are back.
        """
        found = []
        mine = [each for each in self._overdue.replies if each.pid == os.getpid()]
        self._overdue.replies = list(mine)
        for each in mine:
            answer = None
            try:
                answer = each.opened(each.source.finish())
            except Late:
                if self.shards.circuit_breaker.is_away(each.shard) or not each.is_hopeless():
                    continue
                each.source.give_up()
            except RedisError:  # nothing was taken, or it is lost
                pass
            self._overdue.replies.remove(each)
            self.replies.answered(each.source.take_outcomes())
            if answer:
                found.append(answer)
        return found

    def settle(self):
        """Waits for the answers to what this thread has sent, and processes them."""
        for shard in self.pipelines.busy():
            self.ask(shard, nothing)
        self.replies.go_on()


def nothing(answers):
    """For commands that return no message."""
    return ()
