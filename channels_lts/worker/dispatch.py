import functools
import logging
import time

from channels.channel import Channel
from channels.exceptions import ChannelSocketException, ConsumeLater, DenyConnection
from channels.message import Message
from channels.signals import consumer_finished, consumer_started
from channels.utils import name_that_thing
from django.utils import timezone, translation

from .. import outages
from ..layers.base import capabilities_of
from ..layers.drop_log import Full
from ..layers.metrics import CONSUMER, REFUSED, channel_label
from ..logs.subject import about
from ..security.refusal_log import RefusalLog
from ..security.request_id import ids_of_message
from ..security.websockets import RefusedConnection
from . import replies
from .pending_messages import PendingMessages
from .watchdog import Task

logger = logging.getLogger("django.channels")
CONNECT, DISCONNECT = "websocket.connect", "websocket.disconnect"
refusals = RefusalLog(logger)  # for what anybody may send, as often as they like


class Dispatcher:
    """
    Runs the consumers, one message at a time. Whatever a consumer does, the worker survives.
    Retries, signals and the order of calls around a consumer are those of channels' worker.
    """

    def __init__(self, worker_class, channel_layer, outage, loop, message_retries, callback=None):
        """
        `worker_class`: the sender of channels' signals; `loop`: the LoopStatus that records the
        running consumer; `message_retries`: how often a consumer may raise ConsumeLater for one
        message; `callback`: called with each channel and Message that has a consumer.
        """
        self.worker_class = worker_class
        self.channel_layer = channel_layer
        self.metrics = capabilities_of(channel_layer).metrics
        self.pending_messages = PendingMessages(outage)
        self.loop = loop
        self.message_retries = message_retries
        self.callback = callback

    def dispatch(self, channel, content):
        """Finds the message's consumer and runs it, with channels' signals around it."""
        with about(functools.partial(ids_of_message, content)):
            self._dispatch(channel, content)

    def _dispatch(self, channel, content):
        message = self.make_message(channel, content)
        match = self.channel_layer.router.match(
            RoutedMessage(content, channel, self.channel_layer))
        if match is None:
            refusals.note("no consumer for a message on %s; check the routing" % channel,
                          content.get("path") or "")
            return
        consumer, kwargs = match
        if self.callback:
            self.callback(channel, message)
        name = name_of(consumer)
        origin = "%s on %s" % (name, channel)
        logger.debug("Dispatching message to %s (reply %s)",
                     origin, content.get("reply_channel", "none"))
        task = Task(name, channel, content.get("path"))
        with self.loop.running(task):
            try:
                self.consume(consumer, message, kwargs, origin)
            finally:
                self.finish(origin)
                self.metrics.observe(CONSUMER, channel_label(channel), name,
                                     seconds=time.monotonic() - task.started)

    def make_message(self, channel, content):
        message = Message(content=content, channel_name=channel, channel_layer=self.channel_layer)
        replies.watch_reply(message)
        if content.get("__retries__", 0) == self.message_retries:
            message.__doomed__ = True  # for the warnings of channels' decorators
        return message

    def consume(self, consumer, message, kwargs, origin):
        try:
            consumer_started.send(sender=self.worker_class, environ={})
            consumer(message, **kwargs)
            if replies.is_closed(message):
                self.count_refused(message, "its consumer has closed it")
        except DenyConnection as error:
            self.deny(message, error, origin)
        except ChannelSocketException as error:
            self.end_socket(message, error, origin)
        except ConsumeLater:
            self.put_back(message, origin)
        except Full as problem:  # load, not a mistake: no traceback for each socket
            refusals.note("%s, because %s" % (origin, problem))
            self.refuse(message)
        except (Exception, SystemExit) as error:  # a sys.exit() in a view mustn't end the worker
            self.failed(message, error, origin)

    def finish(self, origin):
        # What a page has activated isn't for the next message (Django's middleware leaves it).
        translation.deactivate()
        timezone.deactivate()
        self.pending_messages.flush(origin)
        try:
            consumer_finished.send(sender=self.worker_class)  # closes old database connections
        except Exception:
            logger.exception("A receiver of consumer_finished failed after %s:", origin)

    def failed(self, message, error, origin):
        if outages.note(error) is None:
            logger.exception("Error processing message with consumer %s:", origin)
            self.count_refused(message, "its consumer has failed")
            replies.fail(message)
        elif message.channel.name == DISCONNECT and not message.content.get("__retries__"):
            self.put_back(message, origin)  # nobody will ask for it again
        elif message.reply_channel is None or message.channel.name == DISCONNECT:
            refusals.note("%s, with nobody to tell that something it needs is away" % origin,
                          str(error))
        else:
            refusals.note("%s, because something it needs is away" % origin, str(error))
            self.refuse(message)

    def refuse(self, message):
        self.count_refused(message, "something it needs is full or away")
        replies.refuse(message)

    def count_refused(self, message, reason):
        if message.channel.name == CONNECT:
            self.metrics.count(REFUSED, reason)

    # Exceptions that a consumer may raise on purpose

    def deny(self, message, error, origin):
        if message.channel.name == CONNECT:
            message.reply_channel.send({"close": True})
            self.count_refused(message, error.reason if isinstance(error, RefusedConnection)
                               else "its consumer has denied it (DenyConnection)")
        else:
            logger.error("DenyConnection raised by %s: only a websocket.connect can be denied",
                         origin)

    def end_socket(self, message, error, origin):
        try:
            replies.end_socket(message, error)
        except Exception:
            logger.exception("%s raised by %s has no socket to act on:",
                             type(error).__name__, origin)

    def put_back(self, message, origin):
        """Sends the message to its channel again, up to message_retries times."""
        retries = message.content["__retries__"] = message.content.get("__retries__", 0) + 1
        if retries > self.message_retries:
            problem = "consumed later too often"
        else:
            channel = Channel(message.channel.name, channel_layer=self.channel_layer)
            problem = self.pending_messages.send(channel, message.content)
        if problem:
            logger.warning("%s: message dropped, %s: %.100r", origin, problem, message.content)
            replies.fail(message)


class RoutedMessage(Message):
    """
    What routes get to see of a message. Each include works on a copy, for the path without its
    prefix, and makes that before it knows whether it matches (channels/routing.py): a deep copy of
    all headers was a quarter of what the worker itself did for a page, on a site without includes.
    """

    def copy(self):
        """A copy whose content may be changed, but not what is in it."""
        return type(self)(dict(self.content), self.channel.name, self.channel_layer)


def name_of(consumer):
    """
    channels' name for a consumer, even where channels' own function fails: bound methods, builtins.
    """
    try:
        return name_that_thing(consumer)
    except AttributeError:
        return repr(consumer)
