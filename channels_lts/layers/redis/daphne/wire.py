"""
Writing to many browsers without asking the reactor first.
"""
from twisted.internet.tcp import Connection


def write(transport, data):
    """
    What `transport.write(data)` does, but what the socket takes goes out at once.

    Twisted's own waits until the reactor says that the socket can be written: two calls of epoll
    and a turn of the reactor for each receiver, which took as long as sending. Anything that
    isn't a plain connection with nothing to send (TLS, one that lags, one that ends) is left to it.
    """
    sent = 0
    if isinstance(transport, Connection) and _is_free(transport):
        sent = transport.writeSomeData(data)
        if isinstance(sent, Exception):
            sent = 0  # lost: the reactor finds out by the write below, and tells the protocol
    if sent < len(data):
        transport.write(data[sent:])


def _is_free(transport):
    # Twisted has no public way to ask whether something waits to be sent; 23.8 is pinned.
    return (transport.connected and not transport.disconnecting and not transport.TLS
            and not transport.dataBuffer and not transport._tempDataBuffer)
