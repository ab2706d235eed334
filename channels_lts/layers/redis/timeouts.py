"""
What Redis connections are made with where the settings don't say.
"""
import socket

CONNECT_SECONDS = 2
ANSWER_SECONDS = 1  # a server that is silent for longer counts as away
# Above the wait of a BLPOP, so that it holds for every command; a dead server is noticed earlier
# where it matters (lines.py, waiting.py).
MARGIN_SECONDS = 5
# A connection that lost its other end is closed by the kernel after 25 seconds.
KEEPALIVE = {getattr(socket, name): value for name, value in (
    ("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3)) if hasattr(socket, name)}


def with_timeouts(options, seconds):
    """
    redis-py's connection options, with timeouts where they have none. `seconds`: for an answer.
    """
    defaults = {"socket_timeout": seconds, "socket_connect_timeout": CONNECT_SECONDS,
                "socket_keepalive": True, "socket_keepalive_options": KEEPALIVE}
    return dict(defaults, **options)


def for_sentinels(options, seconds):
    """The same for the masters and, under "sentinel_kwargs", for the Sentinels themselves."""
    asked = {name: value for name, value in options.items() if name.startswith("socket_")}
    return dict(with_timeouts(options, seconds), sentinel_kwargs=with_timeouts(
        options.get("sentinel_kwargs") or asked, CONNECT_SECONDS))


def own_connection(client):
    """A connection to a client's server for one thread, that gives up early: also at greeting."""
    pool = client.connection_pool
    return pool.connection_class(**dict(pool.connection_kwargs, socket_timeout=ANSWER_SECONDS))
