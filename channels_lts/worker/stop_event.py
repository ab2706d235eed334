import itertools
import os
import select
import weakref


class StopEvent:
    """
    Like threading.Event, but safe to set in a signal handler: the self-pipe trick.

    threading.Event.set deadlocks in a handler that interrupts the same event's `wait`. Here `set`
    writes a byte to a pipe, which is never read, so that everybody who waits for it sees it.
    """

    def __init__(self):
        self._is_set = False
        self._reader, self._writer = os.pipe()
        weakref.finalize(self, close, self._reader, self._writer)

    def set(self):
        """Never raises and never blocks; repeating it is harmless."""
        if not self._is_set:
            self._is_set = True
            os.write(self._writer, b".")

    def is_set(self):
        return self._is_set

    def wait(self, seconds):
        """Waits until it is set, but at most this long. Returns whether it is."""
        wait_for_any([self], seconds)
        return self._is_set

    def fileno(self):
        """For select.select; readable once the event is set."""
        return self._reader


def close(*descriptors):
    for each in descriptors:
        os.close(each)


def wait_for_any(events, seconds):
    """Waits until one of the StopEvents is set, but at most `seconds`. Returns whether one is."""
    return bool(select.select(events, [], [], max(0, seconds))[0])


class MessageLimit:
    """Sets a StopEvent when the workers of a process have taken a number of messages."""

    def __init__(self, most, stop_event):
        """`most`: None for no limit."""
        self.most = most
        self.stop_event = stop_event
        self._taken = itertools.count(1)  # next() is atomic, so threads need no lock

    def count(self):
        """Notes that a worker has taken a message."""
        if next(self._taken) == self.most:
            self.stop_event.set()
