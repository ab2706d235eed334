import logging

from channels_lts.generic.websockets import JsonWebsocketConsumer, WebsocketDemultiplexer

from .requests import text

logger = logging.getLogger(__name__)


class EchoConsumer(JsonWebsocketConsumer):
    def connect(self, message, multiplexer, **kwargs):
        multiplexer.send({"status": "I just connected!"})

    def disconnect(self, message, multiplexer, **kwargs):
        logger.debug("Stream %s is closed", multiplexer.stream)

    def receive(self, content, multiplexer, **kwargs):
        # Simple echo
        multiplexer.send({"original_message": content})


class AnotherConsumer(JsonWebsocketConsumer):
    def connect(self, message, multiplexer, **kwargs):
        """Sends nothing. Without this method the socket would be accepted a second time."""

    def receive(self, content, multiplexer, **kwargs):
        multiplexer.send({"reversed": text(content, "text")[::-1]})


class Demultiplexer(WebsocketDemultiplexer):
    # Wire your JSON consumers here: {stream_name : consumer}
    consumers = {
        "echo": EchoConsumer,
        "other": AnotherConsumer,
    }
