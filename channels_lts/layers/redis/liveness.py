"""
Who is alive: workers and interface servers report here; layer_stats and health checks read it.
"""
import json
import time

from . import keys

LIFETIME = 20  # seconds without a report after which a process counts as gone


class Liveness:
    """The reports of processes, in the Redis of any asgi_redis layer, including the stock one."""

    def __init__(self, layer):
        """`layer`: provides the servers, and the prefix of keys."""
        self.layer = layer

    def beat(self, kind, name, details):
        """See base.Capabilities."""
        connection = self.layer.connection(self.layer.consistent_hash(name))
        pipeline = connection.pipeline(transaction=False)
        for command in commands(self.layer.prefix, kind, name, details):
            pipeline.execute_command(*command)
        pipeline.execute()

    def alive(self, kind):
        """See base.Capabilities."""
        found = []
        for shard in range(self.layer.ring_size):
            found.extend(self._alive_on(self.layer.connection(shard), kind))
        return sorted(found, key=lambda each: each["name"])

    def _alive_on(self, connection, kind):
        prefix, index = self.layer.prefix, keys.reporting(self.layer.prefix, kind)
        names = sorted(name.decode("utf8") for name in connection.smembers(index))
        if not names:
            return
        for name, report in zip(names, connection.mget(
                [keys.report(prefix, kind, name) for name in names])):
            if report is None:
                connection.srem(index, name)  # its next report, if any, puts it back
            else:
                yield dict(json.loads(report.decode("utf8")), name=name)


def commands(prefix, kind, name, details):
    """The Redis commands of one report."""
    report = json.dumps(dict(details, at=time.time()), sort_keys=True)
    yield "SADD", keys.reporting(prefix, kind), name
    yield "SET", keys.report(prefix, kind, name), report, "EX", LIFETIME
