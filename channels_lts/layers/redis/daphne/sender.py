"""
What daphne sends, without making it wait.
"""
import itertools

import redis

from ...drop_log import FULL
from .. import envelope, scripts
from .held import Held
from .in_flight import Way, is_large
from .resp import Away
from .retry_queue import Insistence
from .send_buffer import Kept, Post

DISCONNECT, RECEIVE = "websocket.disconnect", "websocket.receive"


class Outbox:
    """
    Sends letters over the links of all shards and hears later whether they were taken. What
    daphne should be told then, `refusals` tells it.

    While no server that may take it is up, or too much is on its way to each, a frame or a
    disconnect waits here for some seconds; so does a frame whose channel is full, or whose address
    has as many in it as it may have. What waits goes out in turns, one of each address. A request
    or a connect is refused at once, but for the time in which the first connection is being made,
    and for a large request when others are on their way. A disconnect that Redis has no room for is
    tried until it is taken.
    """
    start_seconds = 5  # to wait for the first connection
    patience = {  # seconds to wait for Redis
        RECEIVE: 5,  # or for room
        DISCONNECT: 60,
    }
    upload_seconds = 10  # for a large request to wait for others
    most_upload_bytes = 32 * 2 ** 20  # that wait, and one request more
    retry_seconds = 0.25
    unheard_seconds = 1  # no http.disconnect is sent for so long after one found its channel full

    def __init__(self, clock, layer, links, refusals, window_of):
        """`window_of(reply_channel)`: the Window of a socket's address, or None."""
        self.clock = clock
        self.layer = layer
        self.links = links
        self.refusals = refusals
        self.ways = [Way() for _ in links]
        self.numbers = itertools.count()
        self.held = Held(clock, links, window_of, self._shards_with_room, self._post_late,
                         lambda post: self._refuse(post, "other addresses wait too"))
        self.uploads = Kept(self.most_upload_bytes)
        self.insistence = Insistence(clock, self._send_again, self._refuse)
        self.is_scheduled = False
        self.is_starting = True  # to be unset when a link is up
        self.unheard_until = clock.seconds()
        self.on_sent = lambda letter, shard: None  # called when one has been written to a server

    def send(self, letter):
        """
        Takes a letter. Raises ChannelFull when that is known at once; but not for a frame: daphne
        would keep the disconnect of its socket to itself.
        """
        if letter.channel == "http.disconnect" and self.clock.seconds() < self.unheard_until:
            self.layer.counters.dropped(letter.list)
            return
        if self.refusals.is_refused(letter):
            return
        post = Post(next(self.numbers), letter, self.held.window(letter))
        shards = self._shards_with_room(letter)
        if shards and not self._is_behind(post):
            self._post(post, shards, self._answered)
        elif self._keep(post):
            self.held.go_on()
        elif not self._queue(post):
            self._turn_away(post)

    def _is_behind(self, post):
        # What waits mustn't be overtaken by what comes later from the same socket, and no upload by
        # smaller ones again and again.
        if post.letter.channel in self.patience:
            return self.held.is_behind(post)
        return bool(self.uploads and is_large(post.letter))

    def _turn_away(self, post):
        if post.letter.channel == RECEIVE:
            self._refuse(post, self._why())
            return
        self.layer.drop_log.note(post.letter.list, reason=self._why())
        raise self.layer.ChannelFull

    def is_busy(self):
        return any(way.letters for way in self.ways)

    def flush(self):
        """Sends what has waited for a server; what has waited too long is refused."""
        for kept in (self.held.turns, self.uploads):
            for post in kept.take_expired(self.clock.seconds()):
                self._refuse(post, post.reason)
        self._go_on()

    def _go_on(self):
        self.held.go_on()
        for _ in range(len(self.uploads)):
            shards = self._shards_with_room(self.uploads.first().letter)
            if not shards:
                return
            self._post(self.uploads.take(), shards, self._answered)

    def _post_late(self, post, shards, answered):
        def arrived(post, answer):
            answered()
            self._answered(post, answer)
        self._post(post, shards, arrived)

    def hand_over(self):
        """Sends what is left the blocking way, for a process that ends."""
        for kept in (self.held.turns, self.uploads, self.insistence.kept):
            for letter in [post.letter for post in kept.take_all()]:
                try:
                    self.layer.send(letter.channel, letter.message)
                except self.layer.ChannelFull:  # it has told that itself
                    pass
                except redis.exceptions.RedisError as error:
                    self.layer.drop_log.note(letter.list, reason=repr(error))

    def _shards_with_room(self, letter):
        return [shard for shard in self.layer.shards_for(letter.list)
                if self.links[shard].is_up and self.ways[shard].has_room(letter)]

    def _why(self):
        return "Redis is too slow" if any(link.is_up for link in self.links) else "Redis is away"

    def _post(self, post, shards, answered):
        """Sends to the first of the shards that has room; `answered(post, answer)` is called."""
        shard, others = shards[0], shards[1:]
        self.ways[shard].add(post.letter)

        def arrived(answer):
            self.ways[shard].remove(post.letter)
            if answer == scripts.TAKEN:
                self.layer.counters.sent(post.letter.list)
                self.held.taken(post)
            else:
                self.held.not_taken(post)
            if answer == scripts.FULL and others:
                self._post(post, others, answered)
            else:
                answered(post, answer)
            if (self.held or self.uploads) and not isinstance(answer, Away):
                self._go_on()
        self.links[shard].script(
            scripts.send, (), envelope.arguments(self.layer, post.letter), arrived)
        self.held.sent(post, shard, self.clock.seconds() + self.layer.expiry)
        self.on_sent(post.letter, shard)

    def _answered(self, post, answer):
        letter = post.letter
        if answer in scripts.DONE:
            return
        if answer == scripts.FULL and letter.channel == "http.disconnect":
            self.layer.counters.dropped(letter.list)
            # daphne sends one after each answer, and most sites have no consumer for them.
            self.unheard_until = self.clock.seconds() + self.unheard_seconds
        elif isinstance(answer, Away):
            if not self._keep(post):
                self._refuse(post, str(answer), may_have_arrived=True)
        elif answer == scripts.FULL and letter.channel == RECEIVE and self._keep(post):
            self.held.find_full(post)
            post.reason = FULL
        elif letter.channel != DISCONNECT or not self._insist(post, _reason(answer)):
            self._refuse(post, _reason(answer))

    def _keep(self, post):
        """
        Keeps a post for later, if it is of a kind that may wait. It may have arrived: a frame
        can come twice after a broken connection, rather than not at all.
        """
        if not self._set_deadline(post) or not self.held.add(post):
            return False
        self._schedule()
        return True

    def _queue(self, post):
        """Keeps a large request until there is room on its way, if only that is missing."""
        if post.letter.channel in self.patience or not is_large(post.letter):
            return False
        if not any(link.is_up for link in self.links):
            return False
        post.deadline = self.clock.seconds() + self.upload_seconds
        is_added = self.uploads.add(post)
        self._schedule()
        return is_added

    def _schedule(self):
        if (self.held or self.uploads) and not self.is_scheduled:
            self.is_scheduled = True
            self.clock.callLater(self.retry_seconds, self._retry)

    def _insist(self, post, reason):
        return self._set_deadline(post) and self.insistence.keep(post, reason)

    def _set_deadline(self, post):
        """Once; whether it is still to come."""
        patience = self.patience.get(post.letter.channel)
        if self.held.lacks_place(post):
            patience = self.layer.expiry  # as long as it would wait in the channel
        if patience is None and self._may_come_up():
            patience = self.start_seconds
        now = self.clock.seconds()
        if post.deadline is None and patience is not None:
            post.deadline = now + patience
        return patience is not None and now <= post.deadline

    def _may_come_up(self):
        """Whether no server has been heard of yet."""
        return self.is_starting and any(
            outage.since is None for outage in self.layer.outages)

    def _retry(self):
        self.is_scheduled = False
        self.flush()
        self._schedule()

    def _send_again(self, post, answered):
        shards = self._shards_with_room(post.letter)
        if shards:
            self._post(post, shards, lambda post, answer: answered(_reason(answer)))
        else:
            answered(self._why())

    def _refuse(self, post, reason, may_have_arrived=False):
        self.layer.drop_log.note(post.letter.list, reason=reason)
        self.refusals.refuse(post.letter, may_have_arrived=may_have_arrived)


def _reason(answer):
    """Why a letter wasn't taken, or None if it was."""
    if answer in scripts.DONE:
        return None
    return FULL if answer == scripts.FULL else str(answer)
