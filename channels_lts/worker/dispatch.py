import logging

from channels.channel import Channel
from channels.exceptions import ChannelSocketException, ConsumeLater, DenyConnection
from channels.message import Message
from channels.signals import consumer_finished, consumer_started

from ..layers.drop_log import Full
from ..security.refusal_log import RefusalLog
from . import replies
from .naming import name_of
from .watchdog import Task

logger = logging.getLogger("django.channels")
refusals = RefusalLog(logger)  # of what anybody may send, as often as they like


class HandlingMixin:
    """What a Worker does with one message. Whatever the consumer does, the worker lives."""

    def handle(self, channel, content):
        """Finds the message's consumer and runs it, with channels' signals around it."""
        message = self.make_message(channel, content)
        match = self.channel_layer.router.match(message)
        if match is None:
            refusals.note("no consumer for a message on %s; check the routing" % channel,
                          content.get("path") or "")
            return
        consumer, kwargs = match
        if self.callback:
            self.callback(channel, message)
        origin = "%s on %s" % (name_of(consumer), channel)
        logger.debug("Dispatching message to %s (reply %s)",
                     origin, content.get("reply_channel", "none"))
        self.task = Task(name_of(consumer), channel, content.get("path"))
        try:
            self.consume(consumer, message, kwargs, origin)
        finally:
            self.finish(origin)
            self.task = None

    def make_message(self, channel, content):
        message = Message(content=content, channel_name=channel, channel_layer=self.channel_layer)
        replies.watch_reply(message)
        if content.get("__retries__", 0) == self.message_retries:
            message.__doomed__ = True  # for the warnings of channels' decorators
        return message

    def consume(self, consumer, message, kwargs, origin):
        try:
            consumer_started.send(sender=self.__class__, environ={})
            consumer(message, **kwargs)
        except DenyConnection:
            self.deny(message, origin)
        except ChannelSocketException as error:
            self.end_socket(message, error, origin)
        except ConsumeLater:
            self.put_back(message, origin)
        except Full as problem:  # load and not a mistake: no traceback for each socket
            refusals.note("%s, because %s" % (origin, problem))
            replies.refuse(message)
        except (Exception, SystemExit):  # a sys.exit() in a view mustn't end the worker
            logger.exception("Error processing message with consumer %s:", origin)
            replies.fail(message)

    def finish(self, origin):
        self.outbox.flush(origin)
        try:
            consumer_finished.send(sender=self.__class__)  # closes old database connections
        except Exception:
            logger.exception("A receiver of consumer_finished failed after %s:", origin)

    # What a consumer may raise on purpose

    def deny(self, message, origin):
        if message.channel.name == "websocket.connect":
            message.reply_channel.send({"close": True})
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
            problem = self.outbox.send(channel, message.content)
        if problem:
            logger.warning("%s: message dropped, %s: %.100r", origin, problem, message.content)
            replies.fail(message)
