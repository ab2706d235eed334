"""
The synchronous receiving side: where a worker waits.
"""
import functools
import math
import random
import threading
import time

from redis.exceptions import NoScriptError, RedisError, ResponseError

from channels_lts.redis.backoff import backoff

from ..metrics import QUEUE, channel_label
from . import bundle, envelope, scripts
from .exchange import nothing
from .outage import SILENT
from .poller import Poller


class Waited(threading.local):
    """Whether the last `receive` of a thread found nothing."""
    in_vain = False


class Lists:
    """The lists that hold the messages of channels."""

    def __init__(self, layer, shards):
        """`layer`: the asgi_redis layer, for its names and their prefix."""
        self.layer = layer
        self.shards = shards
        self._known = None, {}  # the last channels asked for, and their lists

    def of(self, channels):
        """
        {shard: names of lists}, in random order, so that the first ones don't starve the others.
        Ordinary channels are on every shard. Raises AssertionError.
        """
        known, lists = self._known
        if known != channels:  # a worker asks for the same ones each time
            lists = self._sorted(channels)
            self._known = channels, lists
        return {shard: random.sample(names, len(names)) for shard, names in lists.items()}

    def channel(self, name):
        """The channel of a list."""
        return name.decode("utf8")[len(self.layer.prefix):]

    def _sorted(self, channels):
        assert all(self.layer.valid_channel_name(channel, receive=True) for channel in channels), \
            "One or more channel names invalid"
        lists = {}
        for channel in channels:
            for shard in self.shards.taking(channel):
                lists.setdefault(shard, []).append(self.layer.prefix + channel)
        return lists


class Receiver:
    """Takes messages from the lists: every shard is checked, and those away hold up nobody."""
    short_wait = 0.5  # seconds, while there is more to attend to

    def __init__(self, layer, shards, exchange, backlog, drop_log):
        """`layer`: the asgi_redis layer, for its names and the arguments of its scripts."""
        self.layer = layer
        self.shards = shards
        self.exchange = exchange
        self.backlog = backlog
        self.drop_log = drop_log
        self.lists = Lists(layer, shards)
        self.poller = Poller(shards.connection, self._unblock)
        self.waited = Waited()

    def receive(self, channels, seconds=0):
        """
        (channel, message), or (None, None) if nothing came within `seconds`, or Redis is away; in
        the latter case it returns after one second at most. Raises RedisError for what Redis
        refuses.
        """
        if not channels:
            return None, None
        self.drop_log.tell()
        lists = self.lists.of(channels)
        if self.exchange.is_owed():
            for answer in self.exchange.late_answers():
                self.backlog.keep(*answer)
        found = self.backlog.take(channels)
        # After a wait in vain there is no need to look before the next one.
        if not found and not (seconds and self.waited.in_vain):
            found = self._pop(lists)
        if not found and seconds:
            found = self._wait(lists, seconds)
        self.waited.in_vain = not found
        self.exchange.settle()
        return found or (None, None)

    def _here(self, lists):
        is_away = self.shards.circuit_breaker.is_away
        return {shard: lists[shard] for shard in lists if not is_away(shard)}

    def _pop(self, lists):
        here = self._here(lists)
        for shard in random.sample(list(here), len(here)) if len(here) > 1 else here:
            answer = self._pop_from(shard, here[shard])
            if answer:
                return self.backlog.first(*answer)

    def _pop_from(self, shard, names):
        """[list, entry] or None; also collects the answers to this thread's replies."""
        arguments = names, envelope.head(self.layer)
        try:
            return self.exchange.ask(shard, self._popped, scripts.pop.by_sha(*arguments))
        except NoScriptError:
            return self.exchange.ask(shard, self._popped, scripts.pop.in_full(*arguments))

    def _popped(self, answers):
        if answers[0]:
            name, entry, left = answers[0]
            if left >= 0:  # milliseconds left until its expiry
                self._count_wait(name, max(0, self.layer.expiry - left / 1000))
            return name, entry

    def _count_wait(self, name, seconds):
        self.layer.metrics.observe(
            QUEUE, channel_label(self.lists.channel(name)), seconds=seconds)

    def _wait(self, lists, seconds):
        here = self._here(lists)
        if not here:
            time.sleep(backoff(10))
            return None
        asked_at = {shard: self.shards.outages[shard].clock() for shard in here}
        if len(here) < len(lists) or self.exchange.is_owed():
            seconds = min(seconds, self.short_wait)
        found, errors = self.poller.wait(here, seconds)
        for shard, error in errors.items():
            if isinstance(error, SILENT):
                self.exchange.silent(
                    shard, error, functools.partial(self._fetch, shard), asked_at[shard])
            elif not found:
                raise error
        # Nothing is kept here that a stopping worker could lose, or an error along with the first.
        for shard, answer in found[1:]:
            self._put_back(shard, *answer)
        answer = self._fetch(*found[0]) if found else None
        return self.backlog.first(*answer) if answer else None

    def _unblock(self, shard, identity):
        try:
            command = "CLIENT", "UNBLOCK", identity
            return self.exchange.ask(shard, nothing, command) is not None
        except ResponseError:  # this wait is given up, but not what others found
            return False

    def _put_back(self, shard, name, entry):
        try:
            is_back = self.exchange.ask(
                shard, nothing, ("LPUSH", name, entry),
                ("EXPIRE", name, math.ceil(self.layer.expiry) + 1)) is not None
            reason = "Redis is away"
        except RedisError as error:
            is_back, reason = False, str(error)
        if not is_back:
            self.drop_log.note(self.lists.channel(name), reason=reason)

    def _fetch(self, shard, popped):
        """(list, entry) of what a BLPOP returned, or None: the entry may be stored elsewhere."""
        if popped is None or bundle.is_entry(popped[1]):
            return popped
        name, key = popped

        def opened(answers):
            if answers[0] is not None:
                self._count_wait(name, 0)  # it arrived while this thread was waiting for it
                return name, bundle.plain(answers[0])
        return self.exchange.ask(shard, opened, ("GET", key), ("DEL", key))
