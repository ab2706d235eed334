"""
A worker's questions to a server, none of which holds it up for long.
"""
import os
import threading

from redis.exceptions import RedisError, TimeoutError

from .late_reply import Late, Overdue
from .outage import AWAY
from .pipeline import Pipelines


class Own(threading.local):
    """What a thread knows of its last `receive`: whether it found nothing, and what is overdue."""

    def __init__(self):
        self.idle = False
        self.overdue = []


class AskingMixin:
    """Adds this thread's lines to a layer, and what becomes of answers that come late."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._own = Own()
        self.pipelines = Pipelines(self.connection)

    def _exchange(self, shard, opened, *commands, is_last=False):
        """
        What `opened` makes of a server's answers to commands, on this thread's line: (list, entry)
        or something empty. None if the server is away. When they are late, that is done later.
        """
        line, asked_at = self.pipelines.on(shard), self.outages[shard].clock()
        try:
            return opened(line.ask(*commands))
        except TimeoutError as error:
            if isinstance(error, Late):
                self.pipelines.leave(shard)
            self._silent(shard, error, opened, asked_at)
        except AWAY as error:
            # Redis may have closed a connection that was idle. A message that it had popped for
            # this one is lost either way.
            if not is_last:
                return self._exchange(shard, opened, *commands, is_last=True)
            self.circuit_breaker.lost(shard, error, asked_at)
        finally:
            self._settled(line.take_outcomes())

    def _silent(self, shard, error, opened, asked_at):
        if isinstance(error, Late):
            self._own.overdue.append(Overdue(shard, error.source, opened))
        self.circuit_breaker.lost(shard, error, asked_at)

    def _catch_up(self):
        """Keeps what servers have said late, and gives up what is silent though they are back."""
        self._own.overdue = [each for each in self._own.overdue if each.pid == os.getpid()]
        for each in list(self._own.overdue):
            answer = None
            try:
                answer = each.opened(each.source.finish())
            except Late:
                if self.circuit_breaker.is_away(each.shard) or not each.is_hopeless():
                    continue
                each.source.give_up()
            except RedisError:  # nothing was taken, or it is lost
                pass
            self._own.overdue.remove(each)
            self._settled(each.source.take_outcomes())
            if answer:
                self._keep(self._messages(*answer))

    def settle(self):
        """Waits for the answers to the replies of this thread, and deals with them."""
        for shard in self.pipelines.busy():
            self._exchange(shard, nothing)


def nothing(answers):
    """For commands that bring no message."""
    return ()
