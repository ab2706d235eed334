"""
Who is alive: workers and interface servers report here, layer_stats and health checks read it.
"""
import json
import time

from . import keys

LIFETIME = 20  # seconds without a report after which a process counts as gone


def beat(layer, kind, name, details):
    """
    Says that a process is alive; to be called every few seconds.

    `kind` is "worker", "delay" or "interface", `name` is unique to the process, `details` a dict
    that JSON can hold. Does nothing on a layer without Redis. Raises redis.exceptions.RedisError.
    """
    if not hasattr(layer, "consistent_hash"):
        return
    connection = layer.connection(layer.consistent_hash(name))
    pipeline = connection.pipeline(transaction=False)
    for command in commands(layer.prefix, kind, name, details):
        pipeline.execute_command(*command)
    pipeline.execute()


def commands(prefix, kind, name, details):
    """The Redis commands of one report."""
    report = json.dumps(dict(details, at=time.time()), sort_keys=True)
    yield "SADD", keys.roster(prefix, kind), name
    yield "SET", keys.report(prefix, kind, name), report, "EX", LIFETIME


def alive(layer, kind):
    """
    The details of each process of this kind that has reported lately, with its "name" and "at",
    the time of its report in seconds since the epoch; by name.
    """
    if not hasattr(layer, "consistent_hash"):
        return []
    found = []
    for index in range(layer.ring_size):
        found.extend(_alive_on(layer.connection(index), layer.prefix, kind))
    return sorted(found, key=lambda each: each["name"])


def _alive_on(connection, prefix, kind):
    index = keys.roster(prefix, kind)
    names = sorted(name.decode("utf8") for name in connection.smembers(index))
    if not names:
        return
    for name, report in zip(names, connection.mget(
            [keys.report(prefix, kind, name) for name in names])):
        if report is None:
            connection.srem(index, name)  # its next report, if there is one, puts it back
        else:
            yield dict(json.loads(report.decode("utf8")), name=name)
