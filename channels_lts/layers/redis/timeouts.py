"""
Defaults for Redis connections where the settings say nothing.
"""
from channels_lts.redis.timeouts import CONNECT_SECONDS, with_timeouts

ANSWER_SECONDS = 1  # a server that is silent for longer counts as away
# Above the timeout of a BLPOP, so that it suits every command; a dead server is noticed earlier
# where it matters (pipeline.py, poller.py).
MARGIN_SECONDS = 5


def for_sentinels(options, seconds):
    """The same for the masters and, under "sentinel_kwargs", for the Sentinels themselves."""
    asked = {name: value for name, value in options.items() if name.startswith("socket_")}
    return dict(with_timeouts(options, seconds), sentinel_kwargs=with_timeouts(
        options.get("sentinel_kwargs") or asked, CONNECT_SECONDS))


def own_connection(client):
    """
    A connection to a client's server for one thread, which gives up early, also while connecting.
    """
    pool = client.connection_pool
    return pool.connection_class(**dict(pool.connection_kwargs, socket_timeout=ANSWER_SECONDS))
