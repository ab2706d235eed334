"""
The names of the layer's keys in Redis besides asgi_redis's own.

Each begins with the layer's prefix, so that the flush extension deletes it too, followed by a
colon, which no channel name can contain.
"""
METRICS = ":metrics"  # in a report, takes the place of a channel


def metrics(prefix):
    """Hash of metrics counted by processes (metrics.py)."""
    return prefix + METRICS


def memo(prefix, name):
    """JSON with the time of an answer, and the answer (memo.py)."""
    return "%s:memo:%s" % (prefix, name)


def interfaces(prefix):
    """Hash of the processes that read bundles: process channel -> "format capacity" or "gone"."""
    return prefix + ":interfaces"


def beats(prefix):
    """Sorted set of the same process channels, by the time of their last heartbeat."""
    return prefix + ":beats"


def probes(prefix):
    """
    Keys that nobody has: if they can be deleted, writes work. Two of them, which a Redis Cluster
    refuses in one command.
    """
    return prefix + ":probe", prefix + ":probe2"


def reporting(prefix, kind):
    """Set of the names that report as `kind`."""
    return "%s:roster:%s" % (prefix, kind)


def open_sockets(prefix, process):
    """
    The list of open sockets of an interface server: a version, then a name per line. After the
    version, while the server shuts down, the seconds that people have to reconnect.
    """
    return "%s:open:%s" % (prefix, process)


def report(prefix, kind, name):
    """JSON with the last report of one process; expires when it goes silent."""
    return "%s:roster:%s:%s" % (prefix, kind, name)


def number(prefix, name):
    """Hash with the last number taken under this name, and where (lua/number.lua)."""
    return "%s:number:%s" % (prefix, name)


def history(prefix, group):
    """List of what the group was sent recently, after its head (history.py)."""
    return "%s:history:%s" % (prefix, group)


def socket(prefix, channel):
    """JSON with the data of a socket (socket_store.py)."""
    return "%s:socket:%s" % (prefix, channel)


def closed(prefix, channel):
    """Exists for a while after a socket has closed: latecomers mustn't add it to groups again."""
    return "%s:closed:%s" % (prefix, channel)


def group_sweep(prefix):
    """Exists while no sweep of groups is due."""
    return prefix + ":group-sweep"


def groups(prefix):
    """Pattern of the group keys (asgi_redis's `_group_key`)."""
    return prefix + ":group:*"
