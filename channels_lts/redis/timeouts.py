"""
How long a Redis server may take if the settings don't say.
"""
import socket

CONNECT_SECONDS = 2
USER_TIMEOUT = 10000  # milliseconds
# A connection that has lost its other end is closed by the kernel: within 25 seconds if it is idle,
# and after 10 with unacknowledged data (RFC 5482; Linux alone keeps trying for a quarter of an
# hour).
KEEPALIVE = {getattr(socket, name): value for name, value in (
    ("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3),
    ("TCP_USER_TIMEOUT", USER_TIMEOUT)) if hasattr(socket, name)}


def with_timeouts(options, seconds):
    """
    redis-py's connection options, with timeouts added where missing. `seconds`: for an answer.
    """
    defaults = {"socket_timeout": seconds, "socket_connect_timeout": CONNECT_SECONDS,
                "socket_keepalive": True, "socket_keepalive_options": KEEPALIVE}
    return dict(defaults, **options)
