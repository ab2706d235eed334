"""
daphne's factories, found from outside.
"""
from daphne.http_protocol import HTTPFactory


def listening(reactor):
    """daphne's factories among a reactor's listeners."""
    unwrapped = [_unwrapped(reader) for reader in reactor.getReaders()]
    return [factory for factory in unwrapped if isinstance(factory, HTTPFactory)]


def ports(reactor, factory):
    """A reactor's listeners for one of daphne's factories."""
    return [reader for reader in reactor.getReaders() if _unwrapped(reader) is factory]


def _unwrapped(reader):
    factory = getattr(reader, "factory", None)
    while hasattr(factory, "wrappedFactory"):  # by an endpoint, for TLS or the PROXY protocol
        factory = factory.wrappedFactory
    return factory
