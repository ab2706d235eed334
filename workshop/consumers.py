from channels.exceptions import DenyConnection


def refuse(message):
    """Answers a handshake at a path outside the routing with 403."""
    raise DenyConnection("no consumer at this path")
