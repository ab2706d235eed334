"""
Ends expired sessions, which no request reports.
"""
import logging
import threading
import time

from django.core.cache import cache
from django.db import close_old_connections, router
from django.utils import timezone

from channels_lts.conf import settings

from .endings import pending
from .receivers import is_watched, sockets_end_by

logger = logging.getLogger("channels_lts.auth")

LOCK = "channels_lts.session-sweep"
BATCH = 500  # sessions in one transaction
MOST_BATCHES = 20  # then the next sweep continues


class Sweeper:
    """
    A thread in every process with workers that deletes expired sessions, which closes their
    sockets like any other deletion. However many there are, only one sweeps at a time.
    """

    def __init__(self, model):
        """`model`: the one that stores sessions."""
        self.model = model
        self.lock = threading.Lock()
        self.thread = None
        self.is_failing = False

    def start(self, **kwargs):
        """Starts it, once for a process; a receiver of channels' `worker_ready`."""
        with self.lock:
            if self.thread is None and settings.SESSION_SWEEP_SECONDS:
                # A daemon: it ends with the process; a transaction left open is rolled back.
                self.thread = threading.Thread(target=self.run, name="sessions", daemon=True)
                self.thread.start()

    def run(self):
        while True:
            time.sleep(settings.SESSION_SWEEP_SECONDS)
            self.try_sweep()

    def try_sweep(self):
        """
        Sweeps, unless another process is doing so. An outage is logged once, and tried again later.
        """
        close_old_connections()
        try:
            if cache.add(LOCK, True, settings.SESSION_SWEEP_SECONDS):
                self.sweep()
            self.set_failing(False)
        except Exception as error:
            level = logging.DEBUG if self.set_failing(True) else logging.WARNING
            logger.log(level, "Expired sessions can't be cleared just now: %r", error)
        finally:
            close_old_connections()

    def set_failing(self, is_failing):
        """Returns whether it was failing before."""
        with self.lock:
            before, self.is_failing = self.is_failing, is_failing
            return before

    def sweep(self):
        for _ in range(MOST_BATCHES):
            if self.sweep_batch() < BATCH:
                return

    def clear(self):
        """
        Deletes all that have expired. Most of them, which can't have a socket any more, go in a
        single DELETE, as in Django, if nobody listens for deletions; the others go in batches.
        """
        if not is_watched(self.model):
            old = self.model.objects.filter(expire_date__lt=sockets_end_by())
            old._raw_delete(router.db_for_write(self.model))
        while self.sweep_batch() == BATCH:
            pass

    def sweep_batch(self):
        """Deletes a batch; returns how many were found."""
        expired = self.model.objects.filter(expire_date__lt=timezone.now())
        keys = list(expired.values_list("pk", flat=True)[:BATCH])
        if keys:
            with pending.collect():  # sent together
                expired.filter(pk__in=keys).delete()  # one that was renewed meanwhile stays
        return len(keys)
