"""
Turns a redis-py connection pool into a Twisted endpoint for the same server, with its options.
"""
import ssl

from OpenSSL import SSL
from redis.connection import SSLConnection, UnixDomainSocketConnection
from redis.exceptions import ConnectionError
from twisted.internet import defer
from twisted.internet.endpoints import HostnameEndpoint, UNIXClientEndpoint
from twisted.internet.ssl import ClientContextFactory
from twisted.internet.threads import deferToThread
from twisted.protocols.tls import TLSMemoryBIOFactory

from channels_lts.redis import MasterPool

from ..timeouts import CONNECT_SECONDS

# redis-py checks the server's certificate if told to, but never the name in it.
CHECKS = {
    None: SSL.VERIFY_NONE, "none": SSL.VERIFY_NONE, ssl.CERT_NONE: SSL.VERIFY_NONE,
    "optional": SSL.VERIFY_PEER, ssl.CERT_OPTIONAL: SSL.VERIFY_PEER,
    "required": SSL.VERIFY_PEER, ssl.CERT_REQUIRED: SSL.VERIFY_PEER,
}


class Endpoint:
    """Where the server of a connection pool is, and the greeting it expects."""

    def __init__(self, pool):
        """`pool`: a connection pool of redis-py's."""
        self.pool = pool
        self.options = self.pool.connection_kwargs
        self.kind = self.pool.connection_class
        self.address = None  # last connected to

    def greeting(self):
        """The commands that start a connection."""
        if self.options.get("password"):
            user = (self.options["username"],) if self.options.get("username") else ()
            yield ("AUTH",) + user + (self.options["password"],)
        if self.options.get("db"):
            yield "SELECT", self.options["db"]

    def on_moved(self, listener):
        """`listener()` is called, in any thread, when the server is no longer the one to use."""
        if isinstance(self.pool, MasterPool):
            self.pool.on_moved(lambda address: self.address == address or listener())

    @defer.inlineCallbacks
    def connect(self, reactor, factory):
        """A Deferred of the protocol, connected but not greeted."""
        timeout = (self.options.get("socket_connect_timeout")
                   or self.options.get("socket_timeout") or CONNECT_SECONDS)
        if issubclass(self.kind, UnixDomainSocketConnection):
            endpoint = UNIXClientEndpoint(reactor, self.options["path"], timeout)
        else:
            host, port = self.address = yield self._host_and_port()
            endpoint = HostnameEndpoint(reactor, host, port, timeout)
        if issubclass(self.kind, SSLConnection):
            factory = TLSMemoryBIOFactory(Context(self.options), True, factory)
        protocol = yield endpoint.connect(factory)
        protocol = getattr(protocol, "wrappedProtocol", protocol)
        if isinstance(self.pool, MasterPool) and self.pool.master_address != self.address:
            protocol.transport.abortConnection()
            raise ConnectionError("there is another master")
        if not issubclass(self.kind, UnixDomainSocketConnection):
            protocol.transport.setTcpNoDelay(True)
            protocol.transport.setTcpKeepAlive(True)
        return protocol

    def _host_and_port(self):
        if isinstance(self.pool, MasterPool):
            # Blocks, and may have to ask several Sentinels.
            return deferToThread(self.pool.get_master_address)
        return defer.succeed((self.options.get("host") or "localhost",
                              int(self.options.get("port") or 6379)))


class Context(ClientContextFactory):
    """TLS with the ssl_* options of redis-py."""
    method = SSL.TLS_METHOD

    def __init__(self, options):
        self.options = options

    def getContext(self):
        """Called by Twisted for each connection."""
        context = super().getContext()
        check = CHECKS[self.options.get("ssl_cert_reqs")]
        context.set_verify(check, lambda connection, certificate, error, depth, passed: passed)
        if self.options.get("ssl_ca_certs"):
            context.load_verify_locations(self.options["ssl_ca_certs"])
        if self.options.get("ssl_certfile"):
            context.use_certificate_chain_file(self.options["ssl_certfile"])
            context.use_privatekey_file(
                self.options.get("ssl_keyfile") or self.options["ssl_certfile"])
        return context
