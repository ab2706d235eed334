import logging
import time
from datetime import timedelta

import channels.delay.worker
from channels import Channel
from channels.delay.models import DelayedMessage
from django import db
from django.db import connection, transaction
from django.utils import timezone
from redis.exceptions import RedisError

from ..layers.base import capabilities_of
from ..postgresql.watch import watch
from ..worker.heartbeat import Heartbeat
from ..worker.outage import WorkerOutage
from ..worker.process import LoopStatus, Process, Termed
from ..worker.watchdog import Watchdog
from . import CHANNEL
from .delayed import Invalid, delayed_message, seconds_until

logger = logging.getLogger("django.channels")

# The last one means: not migrated yet.
AWAY = (db.OperationalError, db.InterfaceError, db.ProgrammingError)


class DatabaseOutage(WorkerOutage):
    server = "The %s database"


class Worker(channels.delay.worker.Worker):
    """
    channels' delay worker with a different way of waiting, stopping and failing (docs/workers.md).
    The channel, the messages on it and the table are channels'.
    """
    termed = Termed()
    batch = 100  # messages received, and sent, in one turn
    again_after = 1  # seconds, for a message whose channel was full
    longest_wait = 30  # seconds: well below Heartbeat.stuck_seconds, whatever --sleep says
    glance = 0.2  # seconds between two polls of a layer that can't wait

    def __init__(self, *args, database_sleep_duration=1, **kwargs):
        """
        `database_sleep_duration`: the longest time between two looks at the table, in seconds.
        """
        super().__init__(*args, database_sleep_duration=database_sleep_duration, **kwargs)
        self.capabilities = capabilities_of(self.channel_layer)
        self.process = Process(self.channel_layer)
        self.stop_event = self.process.stop_event
        self.wake_channel = self.process.wake_up.channel
        self.outage = self.process.outage
        self.database_outage = DatabaseOutage(connection.vendor, self.stop_event)
        self.loop = LoopStatus()
        self.look_at = 0  # on the monotonic clock

    def sigterm_handler(self, signo, stack_frame):
        """Never raises, as in channels_lts.worker. The message in hand is finished."""
        self.stop_event.set()

    def run(self):
        """Stores and sends messages until it is told to stop; starts with a look at the table."""
        if self.signal_handlers:
            self.install_signal_handler()
        watch.start()
        logger.info("Listening on %s", CHANNEL)
        self.look_at = 0
        with Heartbeat(self.channel_layer, [self.loop], self.process,
                       Watchdog([self.loop], has_timer=self.signal_handlers), kind="delay"):
            while not self.termed:
                try:
                    self.turn()
                except Exception:
                    logger.exception("The delay worker can't take or send a message:")
                    self.stop_event.wait(self.outage.longest)

    def turn(self):
        """Stores what has arrived, and sends what is due."""
        self.loop.move()
        if self.take_batch() and time.monotonic() >= self.look_at:
            self.look_at = time.monotonic() + self.look()
            db.close_old_connections()

    # Incoming messages

    def take_batch(self):
        """Waits for a first message until the next look; returns whether the layer is available."""
        seconds = self.look_at - time.monotonic()
        try:
            for _ in range(self.batch):
                channel, content = self.take(seconds)
                if channel is None:
                    break
                self.keep(content)
                if self.termed:
                    break
                seconds = 0
        except RedisError as error:
            self.outage.wait(error)
            return False
        self.outage.end()
        # Our layer doesn't raise while it waits for Redis, and logs that itself.
        if self.capabilities.is_away():
            self.stop_event.wait(self.outage.shortest)
        return not self.capabilities.is_away()

    def take(self, seconds):
        """
        The next message, or (None, None); waits for one, but no longer than `seconds`, and not
        after it was told to stop.
        """
        # Redis 5 only waits for whole seconds.
        whole = min(int(seconds + 0.05), self.longest_wait)
        is_long = self.capabilities.waits and whole > 0 and not self.outage.is_on
        if seconds > 0 and not is_long:
            self.stop_event.wait(seconds if self.capabilities.waits else min(seconds, self.glance))
        self.loop.is_receiving = is_long
        try:
            channel, content = self.capabilities.receive_within(
                [CHANNEL, self.wake_channel], whole if is_long else 0)
        finally:
            self.loop.is_receiving = False
        return (channel, content) if channel == CHANNEL else (None, None)

    def keep(self, content):
        try:
            message = delayed_message(self.channel_layer, content)
        except Invalid as problem:
            logger.error("Invalid message on %s skipped, %s: %.200r", CHANNEL, problem, content)
            return
        while True:
            try:
                message.save()
            except AWAY as error:
                connection.close()
                if self.stop_event.is_set():
                    self.put_back(message, content)
                    return
                self.database_outage.wait(error)
            except db.DatabaseError as error:
                logger.error("The database refuses the message to %s, which is skipped: %s",
                             message.channel_name, error)
                return
            else:
                self.database_outage.end()
                self.look_at = min(self.look_at, time.monotonic() + seconds_until(message))
                return

    def put_back(self, message, content):
        """Puts a message that can't be stored back on the channel, for the next process."""
        rest = max(0, seconds_until(message)) * 1000
        try:
            Channel(CHANNEL, channel_layer=self.channel_layer).send(
                dict(content, delay=rest), immediately=True)
        except (self.channel_layer.ChannelFull, RedisError) as error:
            logger.error("A delayed message to %s is lost: the database is away, and %s refused "
                         "it (%r)", message.channel_name, CHANNEL, error)

    # Due messages

    def look(self):
        """Sends a batch of due messages. Returns the seconds until the next look."""
        try:
            rest = self.seconds_to_next()
            if rest == 0:
                self.send_all(DelayedMessage.objects.is_due().order_by("due_date", "pk")
                              .values_list("pk", "channel_name")[:self.batch])
        except AWAY as error:
            connection.close()
            self.database_outage.wait(error)
            return 0
        self.database_outage.end()
        return rest

    def seconds_to_next(self):
        first = DelayedMessage.objects.order_by("due_date").only("due_date").first()
        rest = self.database_sleep_duration
        return min(rest, max(0, seconds_until(first))) if first else rest

    def send_all(self, due):
        refusing = set()
        for pk, name in list(due):
            if self.stop_event.is_set():
                return
            if name not in refusing and not self.send_one(pk):
                refusing.add(name)
                # Delays all of them, so that a full channel's messages aren't tried one by one.
                DelayedMessage.objects.is_due().filter(channel_name=name).update(
                    due_date=timezone.now() + timedelta(seconds=self.again_after))

    def send_one(self, pk):
        """
        Sends a message and deletes its row; returns whether its channel accepts messages. The row
        is locked first (in SQLite: all rows), so that no other process sends it; if this process is
        killed in between, the message is sent again.
        """
        with transaction.atomic():
            message = (DelayedMessage.objects.select_for_update().is_due()
                       .filter(pk=pk).first())
            if message is None:  # another process was faster
                return True
            try:
                message.send(self.channel_layer, requeue_delay=self.again_after * 1000)
            except RedisError as error:
                if not self.capabilities.logs_outages:
                    self.outage.begin(error)
                return False
            except (AssertionError, TypeError, ValueError):
                logger.exception("A delayed message to %s can never be sent and is dropped: %.200s",
                                 message.channel_name, message.content)
                message.delete()
            return message.pk is None
