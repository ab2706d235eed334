from ..layers.base import capabilities_of


def address_of(layer):
    """Where a channel layer's servers are, for logs: without passwords, which asgi_redis prints."""
    return capabilities_of(layer).address() or str(layer)
