"""
Three Sentinels, two of which decide, over a master and its two replicas.
"""
import redis

from tests.support.ports import free_port
from tests.support.waiting import wait_for

SERVICE = "Primary"
USER, PASSWORD, SENTINEL_PASSWORD = "layer", "hunter2/@", "hunter3/@"
QUICK = """
sentinel monitor {service} 127.0.0.1 {master} 2
sentinel auth-user {service} {user}
sentinel auth-pass {service} {password}
sentinel down-after-milliseconds {service} 500
sentinel failover-timeout {service} 2000
requirepass {sentinel_password}
sentinel sentinel-pass {sentinel_password}
"""


class Trio:
    """`servers`: three RedisServers, of which the Sentinels make one the master."""

    def __init__(self, new_redis, folder):
        """`new_redis`: starts servers (conftest.py), which it ends as well."""
        self.new_redis = new_redis
        first = self._server("one")
        self.servers = [first] + [self._server(name, "--replicaof", "127.0.0.1", first.port)
                                  for name in ("two", "three")]
        self.ports = [free_port() for _ in range(3)]
        for port in self.ports:
            path = folder / ("sentinel%d.conf" % port)
            path.write_text(QUICK.format(
                service=SERVICE, master=first.port, user=USER, password=PASSWORD,
                sentinel_password=SENTINEL_PASSWORD))
            # redis-server accepts the file only as its first argument.
            new_redis(path, "--sentinel", "--port", port, port=port, password=SENTINEL_PASSWORD)
        self.watchers = [redis.StrictRedis(port=port, password=SENTINEL_PASSWORD)
                         for port in self.ports]
        wait_for(self.is_complete, what="Sentinels that know each other and the replicas")

    def _server(self, name, *options):
        # A Sentinel authenticates as a user; without one, as the servers do, too.
        return self.new_redis(
            "--save", "", "--dbfilename", name, "--user", USER, "on", ">" + PASSWORD, "~*", "&*",
            "+@all", "--requirepass", PASSWORD, "--masterauth", PASSWORD,
            "--repl-diskless-sync-delay", "0", *options, password=PASSWORD)

    def is_complete(self):
        found = [watcher.sentinel_masters()[SERVICE] for watcher in self.watchers]
        return all(each["num-slaves"] == 2 and each["num-other-sentinels"] == 2 for each in found)

    @property
    def sentinels(self):
        """Their addresses, in the form that the layer and the cache accept."""
        return ["redis://:%s@127.0.0.1:%d" % (SENTINEL_PASSWORD.replace("/@", "%2F%40"), port)
                for port in self.ports]

    @property
    def service(self):
        return "redis://%s:%s@%s" % (USER, PASSWORD.replace("/@", "%2F%40"), SERVICE)

    @property
    def master(self):
        """The server that a Sentinel names."""
        _, port = self.watchers[0].sentinel_get_master_addr_by_name(SERVICE)
        return next(each for each in self.servers if each.port == port)

    def kill_master(self):
        """Ends it with SIGKILL; returns it when there is another one."""
        old = self.master
        old.kill()
        return self._wait_for_another(old)

    def fail_over(self):
        """A planned failover, through one of the Sentinels; returns the old master."""
        old = self.master
        wait_for(self._is_begun, what="a replica that is fit to be a master")
        return self._wait_for_another(old)

    def _is_begun(self):
        try:
            return self.watchers[0].execute_command("SENTINEL", "FAILOVER", SERVICE)
        except redis.ResponseError:  # NOGOODSLAVE, or another failover that isn't over
            return False

    def _wait_for_another(self, old):
        wait_for(lambda: self.master is not old
                 and self.master.client.info("replication")["role"] == "master",
                 what="another master")
        return old
