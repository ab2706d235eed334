"""
What daphne sends, without making it wait.
"""
from collections import deque

import redis

from .. import letters, scripts, statistics
from .resp import Away

DISCONNECT = "websocket.disconnect"


class Outbox:
    """
    Sends letters over the links of all shards and hears later whether they were taken. What
    daphne should be told then, `refusals` tells it.

    While no server that may take it is up, a frame or a disconnect waits here for some seconds;
    a request or a connect is refused at once. A disconnect that finds its channel full is tried
    until it is taken.
    """
    patience = 5  # seconds that a frame waits for Redis
    long_patience = 60  # seconds that a disconnect waits, for Redis or for room
    retry_seconds = 0.25
    unheard_seconds = 1  # no http.disconnect is sent for so long after one found its channel full
    kept = 20000  # letters
    kept_bytes = 16 * 2 ** 20

    def __init__(self, reactor, layer, links, refusals):
        self.reactor = reactor
        self.layer = layer
        self.links = links
        self.refusals = refusals
        self.under_way = 0
        self.keeping = deque()  # (time by which it must have been taken, letter)
        self.keeping_bytes = 0
        self.is_scheduled = False
        self.unheard_until = 0
        self.unheard = 0  # how many weren't sent, since the last time that was reported

    def send(self, letter):
        """Takes a letter. Raises ChannelFull when that is known at once."""
        if letter.channel == "http.disconnect" and self.reactor.seconds() < self.unheard_until:
            self.unheard += 1
            return
        if self.refusals.is_oversized(letter):
            return
        shards = self._up(letter)
        if shards:
            self._post(letter, shards, None)
        elif not self._keep(letter):
            self.layer.drops.note(letter.list, reason="Redis is away")
            raise self.layer.ChannelFull

    def flush(self):
        """Sends what has waited for a server or for room; what has waited too long is refused."""
        keeping, self.keeping, self.keeping_bytes = self.keeping, deque(), 0
        for deadline, letter in keeping:
            shards = self._up(letter)
            if self.reactor.seconds() > deadline:
                self._refuse(letter, "it waited too long")
            elif shards:
                self._post(letter, shards, deadline)
            elif not self._keep(letter, deadline):
                self._refuse(letter, "Redis is away")

    def report(self):
        """Adds to the statistics what wasn't sent; to be called now and then."""
        link = self.links[0]
        if self.unheard and link.is_up:
            for command in statistics.commands(
                    self.layer, "http.disconnect", self.layer.STAT_CHANNEL_FULL, self.unheard):
                link.command(command, lambda answer: None)
            self.unheard = 0

    def hand_over(self):
        """Sends what is left the blocking way, for a process that ends."""
        keeping, self.keeping = self.keeping, deque()
        for _, letter in keeping:
            try:
                self.layer.send(letter.channel, letter.message)
            except (self.layer.ChannelFull, redis.exceptions.RedisError) as error:
                self.layer.drops.note(letter.list, reason=repr(error))

    def _up(self, letter):
        return [shard for shard in self.layer.shards_for(letter.list) if self.links[shard].is_up]

    def _post(self, letter, shards, deadline):
        self.under_way += 1
        self.links[shards[0]].script(
            scripts.send, (), letters.arguments(self.layer, letter, len(shards) == 1),
            lambda answer: self._answered(letter, shards[1:], deadline, answer))

    def _answered(self, letter, shards, deadline, answer):
        self.under_way -= 1
        if answer == 1:
            return
        if answer == 0 and shards:
            self._post(letter, shards, deadline)
        elif answer == 0 and letter.channel == "http.disconnect":
            # daphne sends one after each answer, and most sites have no consumer for them.
            self.unheard_until = self.reactor.seconds() + self.unheard_seconds
        elif self._can_wait(letter, answer) and self._keep(letter, deadline):
            pass
        else:
            self._refuse(letter, "it is full" if answer == 0 else str(answer),
                         isinstance(answer, Away))

    def _can_wait(self, letter, answer):
        return isinstance(answer, Away) or (answer == 0 and letter.channel == DISCONNECT)

    def _keep(self, letter, deadline=None):
        """
        Keeps a letter for later, if it is of a kind that may wait. It may have arrived: a frame
        can come twice after a broken connection, rather than not at all.
        """
        if letter.channel == DISCONNECT:
            patience = self.long_patience
        elif letter.channel == "websocket.receive":
            patience = self.patience
        else:
            return False
        if len(self.keeping) >= self.kept or self.keeping_bytes > self.kept_bytes:
            return False
        self.keeping.append((deadline or self.reactor.seconds() + patience, letter))
        self.keeping_bytes += len(letter.payload)
        if not self.is_scheduled:
            self.is_scheduled = True
            self.reactor.callLater(self.retry_seconds, self._retry)
        return True

    def _retry(self):
        self.is_scheduled = False
        self.flush()

    def _refuse(self, letter, reason, may_have_arrived=False):
        self.layer.drops.note(letter.list, reason=reason)
        self.refusals.refuse(letter, may_have_arrived=may_have_arrived)
