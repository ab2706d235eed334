"""
daphne's factories, as far as they can be seen from outside.
"""
from daphne.http_protocol import HTTPFactory


def listening(reactor):
    """daphne's factories among what a reactor listens with."""
    factories = [getattr(reader, "factory", None) for reader in reactor.getReaders()]
    unwrapped = [_unwrapped(factory) for factory in factories]
    return [factory for factory in unwrapped if isinstance(factory, HTTPFactory)]


def _unwrapped(factory):
    while hasattr(factory, "wrappedFactory"):  # an endpoint's for TLS, for a proxy's protocol
        factory = factory.wrappedFactory
    return factory
