"""
daphne's factories, as far as they can be seen from outside.
"""
from daphne.http_protocol import HTTPFactory


def listening(reactor):
    """daphne's factories among what a reactor listens with."""
    unwrapped = [_unwrapped(reader) for reader in reactor.getReaders()]
    return [factory for factory in unwrapped if isinstance(factory, HTTPFactory)]


def ports(reactor, factory):
    """What a reactor listens with for one of daphne's factories."""
    return [reader for reader in reactor.getReaders() if _unwrapped(reader) is factory]


def _unwrapped(reader):
    factory = getattr(reader, "factory", None)
    while hasattr(factory, "wrappedFactory"):  # an endpoint's for TLS, for a proxy's protocol
        factory = factory.wrappedFactory
    return factory
