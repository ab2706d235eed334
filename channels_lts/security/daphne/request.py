"""
A request, on its way from daphne to the channel layer.
"""
from daphne.http_protocol import WebRequest
from twisted.protocols.policies import ProtocolWrapper

from channels_lts.logs.subject import about

from ..request_id import ids_of
from .clock import SteadyTime
from .refusal import Refusal


class GuardedRequest(WebRequest):
    """
    Passes a request on without parsing it. Twisted's own parses the body, the query and the
    cookies, which nobody downstream uses; a multipart header of 200 KB took half a minute.
    """
    is_complete = False
    request_start = SteadyTime()
    answered_at = 0  # by the guard's clock: when the last piece of the answer was sent

    def parseCookies(self):
        pass

    def handleContentChunk(self, data):
        if self.channel.takes(len(data)):
            super().handleContentChunk(data)

    def requestReceived(self, command, path, version):
        """The channel calls `process`, when it has finished what it was reading."""
        self.method, self.uri, self.clientproto = command, path, version
        self.path = path.partition(b"?")[0]
        self.args = {}
        self.content.seek(0)
        self.is_complete = True

    def process(self):
        if self.channel.head.is_handshake:
            self._upgrade()
        else:
            super().process()

    def _upgrade(self):
        # The same as WebRequest.process, down to daphne's _raw_query_string, except that autobahn
        # gets nothing that it would parse in its own way.
        channel, head = self.channel, self.channel.head
        protocol = self.factory.ws_factory.buildProtocol(self.client)
        protocol._raw_query_string = head.target.partition(b"?")[2]
        protocol.set_main_factory(self.factory)
        transport, self.transport = self.transport, None
        if isinstance(transport, ProtocolWrapper):  # TLS
            transport.wrappedProtocol = protocol
        else:
            transport.protocol = protocol
        del self.factory.reply_protocols[self.reply_channel]
        self.reply_channel = None
        channel.leave()
        protocol.makeConnection(transport)
        protocol.begin_handshake(head, "https" if channel.isSecure() else "http")

    def serverResponse(self, message):
        ids = ids_of(self.reply_channel, self.channel.head.fields)  # before it leaves its channel
        with about(lambda: ids):
            self._respond(message)

    def _respond(self, message):
        self.answered_at = self.channel.guard.clock.seconds()
        if not self.startedWriting:
            sent = {name.lower() for name, _ in message.get("headers", ())}
            for name, value in self.channel.guard.response_headers:
                if name.lower() not in sent and name.lower().decode("ascii") not in sent:
                    self.responseHeaders.setRawHeaders(name, [value])
            if self.channel.guard.drain.is_begun:
                self.responseHeaders.setRawHeaders(b"Connection", [b"close"])
        super().serverResponse(message)

    def give_up(self):
        """Answers with 503, in place of a worker, if no answer has begun."""
        if not self.is_complete:
            self.channel.refuse(Refusal(503, "a request while daphne ends", retry_after=1))
        elif not self.startedWriting:
            self.basic_error(503, b"Service Unavailable", "Please try again later.")

    def basic_error(self, status, status_text, body):
        # If an answer has begun, daphne would raise ValueError, out of its only check for timeouts.
        if not self.startedWriting:
            self._got_response_start = False  # daphne's mark, for an answer that it couldn't begin
            self.responseHeaders.setRawHeaders(b"Cache-Control", [b"no-store"])
            if status == 503:
                self.responseHeaders.setRawHeaders(b"Retry-After", [b"5"])
            super().basic_error(status, status_text, body)
        elif self.channel.guard.clock.seconds() - self.answered_at > self.factory.timeout:
            self.channel.transport.abortConnection()
