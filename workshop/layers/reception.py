"""
The synchronous receiving side: what a worker waits in.
"""
import math
import random
import threading
import time

from redis.exceptions import NoScriptError, RedisError

from . import bundle, letters, scripts
from .lines import Lines
from .patience import SILENT, pause
from .waiting import WaitingRoom


class Idle(threading.local):
    """Whether a thread's last `receive` found nothing."""
    idle = False


class ReceptionMixin:
    """Overrides `receive`: every shard is seen, and a Redis that is away is waited for."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._room = WaitingRoom(self.connection)
        self._own = Idle()
        self.lines = Lines(self.connection)
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
        self.lines.is_worker = self.lines.is_worker or block
        self.drops.tell()
        lists = self._lists(channels)
        found = self._unfold(channels)
        # After a wait for nothing there is no need to look before the next one; while a server
        # is away, the look is what finds it back.
        is_quiet = self._own.idle and all(self.outages[each].since is None for each in lists)
        if not found and not (block and is_quiet):
            found = self._pop(lists)
        if not found and block:
            found = self._wait(lists)
        self._own.idle = not found
        if self.lines.busy():
            self.settle()
        return found or (None, None)

    def receive_twisted(self, channels):
        """
        A Deferred of what a blocking `receive` returns. For an interface server, which asks for
        its process channel and nothing else, this is the fast way; all else waits in a thread.
        """
        from .interface import Interface  # needs daphne, which a worker doesn't load
        channels = list(channels)
        if len(channels) != 1 or not channels[0].endswith("!"):
            from twisted.internet.threads import deferToThread  # installs a reactor
            return deferToThread(self.receive, channels, block=True)
        process, = channels
        assert self.valid_channel_name(process, receive=True), "Channel name not valid"
        if process not in self.interfaces:
            self.interfaces[process] = Interface(self, process)
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

    def _pop(self, lists):
        for shard in random.sample(list(lists), len(lists)):
            try:
                answer = self._pop_from(shard, lists[shard])
            except SILENT as error:
                self.outages[shard].begin(error)
                continue
            self.outages[shard].end()
            if answer:
                return self._open(*answer)

    def _pop_from(self, shard, names):
        """[list, entry] or None, with the answers to this thread's replies on the way."""
        arguments = names, letters.head(self)
        settled, answers = self.lines.on(shard).ask(scripts.pop.by_sha(*arguments))
        self._settled(settled)
        if answers is None or isinstance(answers[0], NoScriptError):
            return scripts.pop.run(self.connection(shard), *arguments)
        if isinstance(answers[0], RedisError):
            raise answers[0]
        return answers[0]

    def _wait(self, lists):
        here = {shard: names for shard, names in lists.items()
                if self.outages[shard].since is None}
        if not here:
            time.sleep(pause(10))
            return None
        # While a server is away, the others are waited for in short turns, lest its return be
        # noticed late.
        seconds = self.blpop_timeout if len(here) == len(lists) else 0.5
        found, errors = self._room.wait(here, seconds)
        for shard, error in errors.items():
            self.outages[shard].begin(error)
        # Nothing is kept here that a stopping worker could lose, or an error with the first one.
        for each in found[1:]:
            self._put_back(*each)
        return self._take(*found[0]) if found else None

    def _put_back(self, shard, name, entry):
        pipeline = self.connection(shard).pipeline()
        pipeline.execute_command("LPUSH", name, entry)
        pipeline.execute_command("EXPIRE", name, math.ceil(self.expiry) + 1)
        try:
            pipeline.execute()
        except RedisError as error:
            self.drops.note(name.decode("utf8")[len(self.prefix):], reason=str(error))

    def _take(self, shard, name, entry):
        if not bundle.is_entry(entry):
            content = self._fetch(shard, entry)
            if content is None:
                return None
            entry = bundle.plain(content)
        return self._open(name, entry)

    def _fetch(self, shard, key):
        settled, answers = self.lines.on(shard).ask(("GET", key), ("DEL", key))
        self._settled(settled)
        if answers is not None:
            return answers[0]
        pipeline = self.connection(shard).pipeline(transaction=False)
        pipeline.execute_command("GET", key)
        pipeline.execute_command("DEL", key)
        return pipeline.execute()[0]

    def _open(self, name, data):
        """The (channel, message) of an entry; keeps the others if it has several receivers."""
        received_on = name[len(self.prefix.encode("utf8")):].decode("utf8")
        found = list(self.unfold(received_on, data))
        with self._unfolding:
            self._unfolded += [(received_on,) + each for each in found[1:]]
        return found[0]

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
