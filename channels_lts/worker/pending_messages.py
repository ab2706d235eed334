import logging
import time
from collections import Counter

from channels.message import pending_message_store
from redis.exceptions import RedisError

logger = logging.getLogger("django.channels")


class PendingMessages:
    """
    Sends the messages that a consumer has left in channels' pending_message_store.

    The store's own send_and_flush gives up at the first message whose channel stays full, which
    ends the worker and loses the messages after it (channels issue 643). Here each message is tried
    separately, and failures are counted and logged.
    """

    def __init__(self, outage):
        """`outage`: the WorkerOutage of the layer's Redis."""
        self.outage = outage

    def flush(self, origin):
        """
        Empties the store of this thread, so that channels' own flush finds nothing to do. `origin`:
        the consumer and the channel, for the log.
        """
        pending = getattr(pending_message_store.threadlocal, "messages", [])
        dropped = Counter()
        refusing = set()
        while pending:
            target, content = pending.pop(0)
            problem = self.send(target, content, may_retry=target.name not in refusing)
            if problem:
                refusing.add(target.name)
                dropped[target.name, problem] += 1
        for (name, problem), count in dropped.items():
            logger.error("%s: %d pending message(s) to %s dropped, %s",
                         origin, count, name, problem)

    def send(self, target, content, may_retry=True):
        """
        Sends to a Channel or Group and returns None, or the reason why it couldn't. A full channel
        is retried for as long as in channels (2 seconds; not at all unless `may_retry`), an
        unavailable Redis until it is back, the worker stops, or the message has expired.
        """
        started = time.monotonic()
        seconds = pending_message_store.retry_time if may_retry else 0
        while True:
            try:
                target.send(content, immediately=True)
            except target.channel_layer.ChannelFull:
                if time.monotonic() - started >= seconds:
                    return "it stayed full for %s seconds" % pending_message_store.retry_time
                time.sleep(pending_message_store.retry_interval)
            except RedisError as error:
                if self.is_hopeless(target, started):
                    return "Redis is unavailable"
                self.outage.wait(error)
            except Exception:
                logger.exception("A message to %s can't be sent:", target.name)
                return "for the reason above"
            else:
                self.outage.end()
                return None

    def is_hopeless(self, target, started):
        expiry = target.channel_layer.expiry
        return self.outage.stop_event.is_set() or time.monotonic() - started >= expiry
