"""
The synchronous receiving side: what a worker waits in.
"""
import functools
import math
import random
import threading
import time

from redis.exceptions import NoScriptError, RedisError, ResponseError

from . import bundle, envelope, scripts
from .exchange import AskingMixin, nothing
from .outage import SILENT, pause
from .poller import Poller


class ReceptionMixin(AskingMixin):
    """Overrides `receive`: every shard is seen, and those that are away hold up nobody."""
    short_wait = 0.5  # seconds, while there is more to look after

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._room = Poller(self.connection, self._unblock)
        self._listed = None, {}  # the last channels received on, and their lists
        self._unfolded = []  # (channel it was received on, full channel, message)
        self._unfolding = threading.Lock()
        self.interfaces = {}  # by process channel; there is one in a daphne, none in a worker

    def receive(self, channels, block=False):
        """
        (channel, message), or (None, None) when there is nothing, or Redis is away; a blocking
        call then comes back after `blpop_timeout` seconds or, in the latter case, one at most.
        """
        channels = list(channels)
        if not channels:
            return None, None
        self.pipelines.is_worker = self.pipelines.is_worker or block
        self.drop_log.tell()
        lists = self._lists(channels)
        if self._own.overdue:
            self._catch_up()
        found = self._unfold(channels)
        # After a wait for nothing there is no need to look before the next one.
        if not found and not (block and self._own.idle):
            found = self._pop(lists)
        if not found and block:
            found = self._wait(lists)
        self._own.idle = not found
        if self.pipelines.busy():
            self.settle()
        return found or (None, None)

    def receive_twisted(self, channels):
        """
        A Deferred of what a blocking `receive` returns. For an interface server, which asks for
        its process channel and nothing else, this is the fast way; all else waits in a thread.
        """
        from .daphne import TwistedLayer
        channels = list(channels)
        if len(channels) != 1 or not channels[0].endswith("!"):
            from twisted.internet.threads import deferToThread  # installs a reactor
            return deferToThread(self.receive, channels, block=True)
        process, = channels
        assert self.valid_channel_name(process, receive=True), "Channel name not valid"
        if process not in self.interfaces:
            self.interfaces[process] = TwistedLayer(self, process)
            self.interfaces[process].start()
            self.interface = self.interface or self.interfaces[process]
        return self.interfaces[process].receive()

    def _lists(self, channels):
        """{shard: names of lists}, in random order, lest the first ones starve the others."""
        known, lists = self._listed
        if known != channels:  # a worker asks for the same ones each time
            lists = self._sort(channels)
            self._listed = channels, lists
        return {shard: random.sample(names, len(names)) for shard, names in lists.items()}

    def _sort(self, channels):
        """{shard: names of lists}: ordinary channels are on every shard."""
        assert all(self.valid_channel_name(channel, receive=True) for channel in channels), \
            "One or more channel names invalid"
        lists = {}
        for channel in channels:
            for shard in self.shards_for(channel):
                lists.setdefault(shard, []).append(self.prefix + channel)
        return lists

    def _here(self, lists):
        return {shard: lists[shard] for shard in lists if not self.circuit_breaker.is_away(shard)}

    def _pop(self, lists):
        here = self._here(lists)
        for shard in random.sample(list(here), len(here)):
            answer = self._pop_from(shard, here[shard])
            if answer:
                return self._open(*answer)

    def _pop_from(self, shard, names):
        """[list, entry] or None, with the answers to this thread's replies on the way."""
        arguments = names, envelope.head(self)
        try:
            return self._exchange(shard, _first, scripts.pop.by_sha(*arguments))
        except NoScriptError:
            return self._exchange(shard, _first, scripts.pop.in_full(*arguments))

    def _wait(self, lists):
        here = self._here(lists)
        if not here:
            time.sleep(pause(10))
            return None
        asked_at = {shard: self.outages[shard].clock() for shard in here}
        is_short = len(here) < len(lists) or self._own.overdue
        found, errors = self._room.wait(here, self.short_wait if is_short else self.blpop_timeout)
        for shard, error in errors.items():
            if isinstance(error, SILENT):
                self._silent(
                    shard, error, functools.partial(self._fetch, shard), asked_at[shard])
            elif not found:
                raise error
        # Nothing is kept here that a stopping worker could lose, or an error with the first one.
        for shard, answer in found[1:]:
            self._put_back(shard, *answer)
        answer = self._fetch(*found[0]) if found else None
        return self._open(*answer) if answer else None

    def _unblock(self, shard, identity):
        try:
            return self._exchange(shard, nothing, ("CLIENT", "UNBLOCK", identity)) is not None
        except ResponseError:  # the wait of this one is given up, what others found isn't
            return False

    def _put_back(self, shard, name, entry):
        try:
            is_back = self._exchange(
                shard, nothing, ("LPUSH", name, entry),
                ("EXPIRE", name, math.ceil(self.expiry) + 1)) is not None
            reason = "Redis is away"
        except RedisError as error:
            is_back, reason = False, str(error)
        if not is_back:
            self.drop_log.note(name.decode("utf8")[len(self.prefix):], reason=reason)

    def _fetch(self, shard, popped):
        """(list, entry) of what a BLPOP brought, or None: the entry may stand elsewhere."""
        if popped is None or bundle.is_entry(popped[1]):
            return popped
        name, key = popped

        def opened(answers):
            return None if answers[0] is None else (name, bundle.plain(answers[0]))
        return self._exchange(shard, opened, ("GET", key), ("DEL", key))

    def _open(self, name, data):
        """
        The (channel, message) of an entry; keeps the others if it has several receivers. None for
        one that can't be read.
        """
        try:
            first, *others = self._messages(name, data)
        except bundle.UNREADABLE as error:
            self.drop_log.note(name.decode("utf8")[len(self.prefix):],
                               reason=bundle.why_unreadable(error))
            return None
        self._keep(others)
        return first[1:]

    def _messages(self, name, data):
        received_on = name[len(self.prefix.encode("utf8")):].decode("utf8")
        return [(received_on,) + each for each in self.unfold(received_on, data)]

    def _keep(self, messages):
        with self._unfolding:
            self._unfolded += messages

    def unfold(self, received_on, data):
        """Yields the (channel, message) pairs of an entry. Raises bundle.UnknownFormat."""
        entry = bundle.unpack(data)
        if not entry.names:
            message = self.deserialize(entry.payload)
            yield message.pop("__asgi_channel__", received_on), message
        for name in entry.names:
            yield received_on + name, self.deserialize(entry.payload)

    def _unfold(self, channels):
        if not self._unfolded:
            return None
        with self._unfolding:
            for at, (received_on, channel, message) in enumerate(self._unfolded):
                if received_on in channels:
                    del self._unfolded[at]
                    return channel, message


def _first(answers):
    return answers[0]
