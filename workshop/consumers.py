from channels.exceptions import DenyConnection


def refuse(message):
    """Answers a handshake at a path that isn't in the routing with 403."""
    raise DenyConnection("no consumer at this path")
