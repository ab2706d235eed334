"""
Writes to many browsers without waiting for the reactor first.
"""
from twisted.internet.tcp import Connection


def write(transport, data):
    """
    Does what `transport.write(data)` does, but sends what the socket accepts immediately.

    Twisted's own write waits until the reactor reports that the socket is writable: two calls of
    epoll and a turn of the reactor for each receiver, which took as long as sending. Anything but a
    plain connection with an empty buffer (TLS, one that lags, one that is closing) is left to it.
    """
    sent = 0
    if isinstance(transport, Connection) and _is_free(transport):
        sent = transport.writeSomeData(data)
        if isinstance(sent, Exception):
            sent = 0  # lost: the write below makes the reactor notice, and tell the protocol
    if sent < len(data):
        transport.write(data[sent:])


def _is_free(transport):
    # Twisted has no public way to ask whether data is waiting to be sent; 23.8 is pinned.
    return (transport.connected and not transport.disconnecting and not transport.TLS
            and not transport.dataBuffer and not transport._tempDataBuffer)
