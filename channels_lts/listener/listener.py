import logging
import select
import signal
import time

from django.db import connections
from redis.exceptions import RedisError

from ..binding.triggers import sender
from ..binding.triggers.batch_numbers import BatchNumbers
from ..binding.triggers.installer import Installer
from ..binding.triggers.outbox import Outbox
from ..layers.base import capabilities_of
from ..postgresql.watch import watch
from ..worker.layer import address_of
from ..worker.outage import WorkerOutage
from ..worker.stop_event import StopEvent

logger = logging.getLogger("django.channels")


class DatabaseOutage(WorkerOutage):
    server = "The database %s"


class Listener:
    """
    Sends what triggers recorded in the outbox of the database `using`, oldest first. Of several
    listeners only one does, the one with the advisory lock; the others stand by.

    Entries are marked before they are sent and deleted afterwards, so if a listener is killed in
    between, that batch is sent again, by its next start or by another one, with the same numbers.
    """
    batch = 1000  # entries
    look_seconds = 1  # between two looks for entries that NOTIFY doesn't announce
    # A commit of a Django process that is still unclaimed after this long is sent by the listener:
    # it was raw SQL, or the process has died.
    orm_seconds = 1
    sweep_seconds = 60

    def __init__(self, using, channel_layer, clock=time.monotonic):
        self.using = using
        self.outbox = Outbox(using)
        self.capabilities = capabilities_of(channel_layer)
        self.clock = clock
        self.stop_event = StopEvent()
        self.outage = WorkerOutage(address_of(channel_layer), self.stop_event)
        self.database_outage = DatabaseOutage(using, self.stop_event)
        self.is_active = False
        self.seen = {}  # {transaction of a Django process: when it was first seen}
        self.sweep_at = 0

    def install_signal_handlers(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, frame: self.stop_event.set())

    def run(self):
        """Sends until it is told to stop, and finishes the batch in hand."""
        watch.start()
        logger.info("Listening on the outbox of the database %s", self.using)
        while not self.stop_event.is_set():
            try:
                self.turn()
                self.outage.end()
            except sender.AWAY as error:  # or the triggers aren't installed yet
                self.leave()
                self.database_outage.wait(error)
            except RedisError as error:
                self.outage.wait(error)
            except Exception:
                logger.exception("The listener can't send changes:")
                self.stop_event.wait(self.outage.longest)
        self.leave()

    def turn(self):
        """Sends everything there is, and waits for more."""
        if not self.become_active():
            self.stop_event.wait(self.look_seconds)
            return
        self.database_outage.end()
        if self.capabilities.is_away():
            self.stop_event.wait(self.outage.shortest)
            return
        while self.send_batch() and not self.stop_event.is_set():
            pass
        self.wait()

    def become_active(self):
        """Whether this process is the active one."""
        if not self.is_active:
            self.is_active = self.outbox.lock()
            if self.is_active:
                self.outbox.listen()
                self.seen.clear()
                logger.info("Sending changes made outside Django")
                self.warn_of_tables()
        return self.is_active

    def warn_of_tables(self):
        for table, state in sorted(Installer(self.using).status().items()):
            if state != "installed":
                logger.warning("The triggers of %s are %s: manage.py bindings install",
                               table, state)

    def leave(self):
        """Ends the session, and with it the lock."""
        self.is_active = False
        connections[self.using].close()

    def send_batch(self):
        """Returns whether there may be more. Raises what the counters and the database raise."""
        entries = self.outbox.take(self.ripe_transactions(), self.batch)
        if not entries:
            return False
        sender.send(self.using, entries, BatchNumbers(self.outbox, entries))
        # The bindings log a frame that a layer doesn't accept, and go on; here it can wait.
        if self.capabilities.is_away():
            return False
        self.outbox.finish(entries)
        return True

    def ripe_transactions(self):
        """The transactions of Django processes that have had time to claim them."""
        now = self.clock()
        self.seen = {xact: self.seen.get(xact, now) for xact in self.outbox.transactions_by_orm()}
        return [xact for xact, since in self.seen.items() if now - since >= self.orm_seconds]

    def wait(self):
        """Waits until PostgreSQL announces a commit, or until it is time to look anyway."""
        if self.clock() >= self.sweep_at:
            self.sweep_at = self.clock() + self.sweep_seconds
            self.outbox.sweep()
        session = connections[self.using].connection
        select.select([session, self.stop_event], [], [], self.look_seconds)
        with connections[self.using].wrap_database_errors:
            session.poll()
        del session.notifies[:]
