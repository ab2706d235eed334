import threading
import time
import weakref

from ..conf import settings


class Watch:
    """
    A thread that gives up its process's connections if an answer takes longer than QUERY_SECONDS.
    Without it, in `migrate` for example, there is no limit.
    """
    pause = 1  # seconds between two checks

    def __init__(self):
        self.connections = weakref.WeakSet()
        self.lock = threading.Lock()
        self.thread = None

    def add(self, connection):
        with self.lock:
            self.connections.add(connection)

    def start(self, **kwargs):
        """Starts it, once per process; a receiver of channels' `worker_ready`."""
        with self.lock:
            if self.thread is None:
                self.thread = threading.Thread(target=self.run, name="queries", daemon=True)
                self.thread.start()

    def run(self):
        while True:
            time.sleep(self.pause)
            self.look()

    def look(self):
        limit = settings.QUERY_SECONDS
        with self.lock:
            connections = list(self.connections)
        now = time.monotonic()
        for each in connections:
            asked_at = each.asked_at
            if limit is not None and asked_at is not None and now - asked_at > limit:
                each.give_up(limit)


watch = Watch()
