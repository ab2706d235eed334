import itertools
import os
import select


class Shift:
    """
    When the loops of a process stop. They share one shift.

    It rests on a pipe whose byte nobody reads, because `end` is called in signal handlers:
    threading.Event.set there deadlocks when the signal strikes inside the same event's `wait`.
    """

    def __init__(self, max_messages=None):
        """
        `max_messages`: the shift is over after that many; None: only `end` ends it.
        """
        self.is_over = False
        self.max_messages = max_messages
        self._taken = itertools.count(1)  # next() is atomic, so threads need no lock
        self._reader, self._writer = os.pipe()  # open for as long as the process lives

    def end(self):
        if not self.is_over:
            self.is_over = True
            os.write(self._writer, b".")

    def wait(self, seconds):
        """Waits for the end, but no longer than that. Returns whether the shift is over."""
        select.select([self._reader], [], [], seconds)
        return self.is_over

    def count_message(self):
        """Notes that a loop has taken a message; after the last one the shift is over."""
        if next(self._taken) == self.max_messages:
            self.end()
