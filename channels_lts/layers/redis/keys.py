"""
The names of what the layer keeps in Redis beside asgi_redis's own keys.

Each begins with the layer's prefix, so that the flush extension takes it too, and goes on with a
colon, which no channel name can contain.
"""
METRICS = ":metrics"  # in a report, in place of a channel


def metrics(prefix):
    """Hash of what processes count (metrics.py)."""
    return prefix + METRICS


def memo(prefix, name):
    """JSON of when an answer was found, and the answer (memo.py)."""
    return "%s:memo:%s" % (prefix, name)


def interfaces(prefix):
    """Hash of the processes that read bundles: process channel -> "format capacity" or "gone"."""
    return prefix + ":interfaces"


def beats(prefix):
    """Sorted set of the same process channels, by the time of their last heartbeat."""
    return prefix + ":beats"


def probes(prefix):
    """
    Keys that nobody has: who can delete them can write. Two, which a Redis Cluster doesn't take in
    one command.
    """
    return prefix + ":probe", prefix + ":probe2"


def reporting(prefix, kind):
    """Set of the names that have reported as `kind`."""
    return "%s:roster:%s" % (prefix, kind)


def open_sockets(prefix, process):
    """
    The list of sockets that an interface server has open: a version, then a name per line. Behind
    the version, while the server ends, the seconds that its people have to come back.
    """
    return "%s:open:%s" % (prefix, process)


def report(prefix, kind, name):
    """JSON with the last report of one process; expires when it goes quiet."""
    return "%s:roster:%s:%s" % (prefix, kind, name)


def number(prefix, name):
    """Hash with the number that was taken last of this name, and where (lua/number.lua)."""
    return "%s:number:%s" % (prefix, name)


def history(prefix, group):
    """List of what the group was sent lately, behind its head (history.py)."""
    return "%s:history:%s" % (prefix, group)


def socket(prefix, channel):
    """JSON of what is known of a socket (socket_store.py)."""
    return "%s:socket:%s" % (prefix, channel)


def closed(prefix, channel):
    """There for a while after a socket has closed: who comes late mustn't bring it in again."""
    return "%s:closed:%s" % (prefix, channel)


def group_sweep(prefix):
    """There for as long as no sweep of groups is due."""
    return prefix + ":group-sweep"


def groups(prefix):
    """Pattern of the group keys (asgi_redis's `_group_key`)."""
    return prefix + ":group:*"
