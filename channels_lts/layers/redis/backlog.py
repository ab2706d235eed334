"""
Messages that a process has received but not yet handed out.
"""
import threading

from . import bundle


class Backlog:
    """
    Unpacks list entries. An entry may be for several channels; the first message is returned, the
    others wait here for the next `receive`, by any thread.
    """

    def __init__(self, layer, drop_log):
        """`layer`: the asgi_redis layer, for its prefix and serialization."""
        self.layer = layer
        self.drop_log = drop_log
        self._kept = []  # (channel it was received on, full channel, message)
        self._lock = threading.Lock()

    def first(self, name, data):
        """
        The (channel, message) of a list entry; keeps the rest if it has several receivers. None for
        an unreadable entry, which is counted and logged.
        """
        messages = self._messages(name, data)
        self._keep(messages[1:])
        return messages[0][1:] if messages else None

    def keep(self, name, data):
        """Keeps all messages of an entry."""
        self._keep(self._messages(name, data))

    def take(self, channels):
        """The first (channel, message) kept for one of these channels, or None."""
        if not self._kept:
            return None
        with self._lock:
            for at, (received_on, channel, message) in enumerate(self._kept):
                if received_on in channels:
                    del self._kept[at]
                    return channel, message

    def _keep(self, messages):
        if messages:
            with self._lock:
                self._kept += messages

    def _messages(self, name, data):
        received_on = name[len(self.layer.prefix.encode("utf8")):].decode("utf8")
        try:
            return [(received_on,) + each for each in self._unpacked(received_on, data)]
        except bundle.UNREADABLE as error:
            self.drop_log.note(received_on, reason=bundle.why_unreadable(error))
            return []

    def _unpacked(self, received_on, data):
        """Yields the (channel, message) pairs of an entry. Raises bundle.UNREADABLE."""
        entry = bundle.unpack(data)
        if not entry.names:
            message = self.layer.deserialize(entry.payload)
            yield message.pop("__asgi_channel__", received_on), message
        for name in entry.names:
            yield received_on + name, self.layer.deserialize(entry.payload)
