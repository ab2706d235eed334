from ..redis import redact


def address_of(layer):
    """Where a channel layer's Redis is, for logs: without passwords, which asgi_redis prints."""
    hosts = getattr(layer, "hosts", None)
    if not hosts:
        return str(layer)
    return ", ".join(redact(host) for host in hosts)
