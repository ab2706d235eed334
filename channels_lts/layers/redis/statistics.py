"""
What the layer knows about itself: asgi_redis's statistics, and snapshots for layer_stats.
"""
import heapq
import itertools
from collections import Counter

from ..base import capabilities_of
from . import bundle, keys, suitability
from .memo import Memo


class ChannelStatistics:
    """
    asgi_redis's statistics, where a bundle counts as one pending message and carries its own age.
    """

    def __init__(self, layer):
        """`layer`: the asgi_redis layer, for the names of its statistics."""
        self.layer = layer

    def count(self, channel, connections):
        """What asgi_redis's `channel_statistics` returns, from these servers. Raises RedisError."""
        layer = self.layer
        found = {layer.STAT_MESSAGES_COUNT: 0, layer.STAT_MESSAGES_PENDING: 0,
                 layer.STAT_MESSAGES_MAX_AGE: 0, layer.STAT_CHANNEL_FULL: 0}
        for connection in connections:
            sent, full, pending, oldest = self._ask(connection, channel)
            found[layer.STAT_MESSAGES_COUNT] += int(sent or 0)
            found[layer.STAT_CHANNEL_FULL] += int(full or 0)
            found[layer.STAT_MESSAGES_PENDING] += pending
            if oldest:
                found[layer.STAT_MESSAGES_MAX_AGE] = max(
                    found[layer.STAT_MESSAGES_MAX_AGE], self._age(connection, oldest))
        return found

    def _ask(self, connection, channel):
        layer = self.layer
        pipeline = connection.pipeline(transaction=False)
        for name in (layer.STAT_MESSAGES_COUNT, layer.STAT_CHANNEL_FULL):
            pipeline.get("%s%s:%s" % (layer.stats_prefix, channel, name))
        pipeline.llen(layer.prefix + channel)
        pipeline.lindex(layer.prefix + channel, 0)
        return pipeline.execute()

    def _age(self, connection, entry):
        """Seconds since an entry was written, by the server's clock."""
        expiry = self.layer.expiry
        if not bundle.is_entry(entry):
            return max(0, expiry - max(0, connection.pttl(entry) or 0) / 1000)
        try:
            expires = bundle.expires(entry)
        except bundle.UnknownFormat:  # from a newer process, during a deploy
            return 0
        seconds, microseconds = connection.time()
        return max(0, seconds + microseconds / 1e6 - (expires - expiry))


GROUP_SECONDS = 60  # how long a count of groups is valid, whoever has counted
BATCH = 100  # groups read in one round trip
LARGEST = 10  # groups listed by name


def picture(layer, channels, count_groups=None):
    """
    What layer_stats shows, as JSON: "channels" (each with name, pending, oldest age in seconds,
    sent and dropped), "interfaces" (name, sockets, groups), "workers" and "delays"; and "problems",
    a text for each server that would lose data (suitability.py).

    `channels`: names to show besides those of the interface servers. `count_groups`: None for
    `groups_by_process`, which reads every group, so don't call it several times a second; or
    `recent_groups`.
    """
    capabilities = capabilities_of(layer)
    interfaces = capabilities.alive("interface")
    groups = (count_groups or groups_by_process)(layer)
    names = list(channels) + [each["name"] for each in interfaces]
    return {
        "channels": [_channel(layer, name) for name in names],
        "interfaces": [dict(each, groups=groups.get(each["name"], 0)) for each in interfaces],
        "workers": capabilities.alive("worker"),
        "delays": capabilities.alive("delay"),
        "problems": [each.text for each in suitability.problems(capabilities.redis)],
    }


def _channel(layer, name):
    found = layer.channel_statistics(name)
    return {
        "name": name,
        "pending": found[layer.STAT_MESSAGES_PENDING],
        "oldest": round(found[layer.STAT_MESSAGES_MAX_AGE], 1),
        "sent": found[layer.STAT_MESSAGES_COUNT],
        "dropped": found[layer.STAT_CHANNEL_FULL],
    }


def groups_by_process(layer):
    """{process channel: number of groups that one of its sockets is in}"""
    return look_at_groups(layer)["processes"]


def look_at_groups(layer):
    """
    "processes": as groups_by_process; "largest": [name, number of members] of the largest groups,
    largest first. As JSON.
    """
    processes, largest = Counter(), []
    for group, members in _groups(layer):
        processes.update({layer.non_local_name(each.decode("utf8")) for each in members})
        largest = heapq.nlargest(LARGEST, largest + [(len(members), group)])
    return {"processes": processes, "largest": [[name, size] for size, name in largest]}


def _groups(layer):
    """Yields (name, members) of all groups."""
    head = len(keys.groups(layer.prefix)) - 1
    for shard in range(layer.ring_size):
        connection = layer.connection(shard)
        names = connection.scan_iter(keys.groups(layer.prefix), count=1000)
        for batch in iter(lambda: list(itertools.islice(names, BATCH)), []):
            pipeline = connection.pipeline(transaction=False)
            for group in batch:
                pipeline.zrange(group, 0, -1)
            for group, members in zip(batch, pipeline.execute()):
                yield group.decode("utf8")[head:], members


def recently_seen_groups(layer):
    """`look_at_groups` of the last minute: the first to ask counts for everybody."""
    memo = Memo(layer, "groups", GROUP_SECONDS, GROUP_SECONDS)
    return memo.get(lambda old: look_at_groups(layer))


def recent_groups(layer):
    """groups_by_process of the last minute."""
    return recently_seen_groups(layer)["processes"]
