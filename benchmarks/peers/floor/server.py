"""
The floor: what the same reactor needs just for the writes.

A raw Twisted server. A text published on a Redis channel is made into one WebSocket frame and
written to every transport in the group of that name; a page is a constant.

    python server.py PORT REDIS_PORT
"""
import re
import sys
from collections import defaultdict

import txredisapi
from twisted.internet import protocol, reactor

from benchmarks import frames

PAGE = b"<!doctype html><title>Benchmark</title>" + b"<li>Row</li>\n" * 60
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(PAGE), PAGE)
KEY = re.compile(rb"sec-websocket-key: *(\S+)", re.IGNORECASE)
groups = defaultdict(set)


class Raw(protocol.Protocol):
    group = None
    data = b""

    def connectionMade(self):
        self.transport.setTcpNoDelay(True)

    def dataReceived(self, data):
        if self.group:
            return
        self.data += data
        if self.data.endswith(b"\r\n\r\n"):
            data, self.data = self.data, b""
            self.requested(data)

    def requested(self, head):
        key = KEY.search(head)
        if key is None:
            self.transport.write(ANSWER)
            return
        self.group = head.split(b" ", 2)[1].split(b"/")[2].decode("ascii")
        groups[self.group].add(self.transport)
        self.transport.write(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: " + frames.accept_key(key.group(1)) + b"\r\n\r\n")

    def connectionLost(self, reason):
        if self.group:
            groups[self.group].discard(self.transport)


class Messages(txredisapi.SubscriberProtocol):

    def connectionMade(self):
        super().connectionMade()
        self.psubscribe("*")

    def messageReceived(self, pattern, channel, message):
        frame = frames.server_frame(message)
        for transport in groups[channel]:
            transport.write(frame)


def main(port, redis_port):
    subscriber = protocol.ClientFactory.forProtocol(Messages)
    subscriber.continueTrying = False
    reactor.connectTCP("127.0.0.1", redis_port, subscriber)
    reactor.listenTCP(port, protocol.Factory.forProtocol(Raw), 4096, "127.0.0.1")
    reactor.run()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
