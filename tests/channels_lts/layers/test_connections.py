"""
Every way to name a Redis server that redis-py understands, for workers and for daphne.
"""
import time

import pytest
import redis

from channels_lts.layers.redis import RedisChannelLayer, keys
from tests.conftest import need
from tests.support.ports import free_port
from tests.support.waiting import wait_for

from . import certificate
from .servers import PROCESS, speaks_tls


def test_a_host_and_port(new_redis, works):
    works(RedisChannelLayer(hosts=[("127.0.0.1", new_redis().port)]))


def test_localhost_by_name(new_redis, works):
    works(RedisChannelLayer(hosts=["redis://localhost:%d/0" % new_redis().port]))


def test_a_password_and_a_database(new_redis, works):
    server = new_redis("--requirepass", "hunter2", password="hunter2")
    layer = RedisChannelLayer(hosts=["redis://:hunter2@127.0.0.1:%d/7" % server.port])
    works(layer)
    server.client.execute_command("SELECT", 7)
    assert redis.StrictRedis(port=server.port, password="hunter2", db=0).dbsize() == 0
    assert redis.StrictRedis(port=server.port, password="hunter2", db=7).dbsize() > 0


def test_the_password_is_in_no_description(new_redis):
    layer = RedisChannelLayer(hosts=["redis://:hunter2@127.0.0.1:6379/7?password=hunter2"])
    assert "hunter2" not in str(layer) + layer.outages[0].name
    assert "127.0.0.1:6379/7" in str(layer)


def test_a_unix_socket(new_redis, works, tmp_path):
    path = str(tmp_path / "redis.sock")
    new_redis("--port", "0", "--unixsocket", path, "--requirepass", "hunter2",
              unix_socket_path=path, password="hunter2")
    works(RedisChannelLayer(hosts=["unix://:hunter2@%s?db=3" % path]))


def tls_redis(new_redis, tmp_path, *options, first=()):
    need(speaks_tls(), "this redis-server was built without TLS")
    key, chain = tmp_path / "redis.key", tmp_path / "redis.crt"
    if not key.exists():
        certificate.write(tmp_path)
    port = free_port()
    new_redis(*first, "--port", "0", "--tls-port", port, "--tls-key-file", key, "--tls-cert-file",
              chain, "--tls-ca-cert-file", chain, *options, port=port, ssl=True,
              ssl_keyfile=str(key), ssl_certfile=str(chain))
    return "rediss://127.0.0.1:%d/0" % port, str(key), str(chain)


def test_tls_with_a_checked_certificate(new_redis, works, tmp_path):
    url, _, chain = tls_redis(new_redis, tmp_path, "--tls-auth-clients", "no")
    works(RedisChannelLayer(hosts=[url], connection_kwargs={
        "ssl_cert_reqs": "required", "ssl_ca_certs": chain}))


def test_tls_with_a_certificate_of_the_clients(new_redis, works, tmp_path):
    url, key, chain = tls_redis(new_redis, tmp_path, "--tls-auth-clients", "yes")
    works(RedisChannelLayer(hosts=[url], connection_kwargs={
        "ssl_keyfile": key, "ssl_certfile": chain}))


def test_tls_refuses_a_server_that_it_does_not_trust(new_redis, reactor, tmp_path, log):
    url, _, _ = tls_redis(new_redis, tmp_path, "--tls-auth-clients", "no")
    other = tmp_path / "other"
    other.mkdir()
    _, stranger = certificate.write(other)
    layer = RedisChannelLayer(hosts=[url], connection_kwargs={
        "ssl_cert_reqs": "required", "ssl_ca_certs": str(stranger)})
    reactor.call(lambda: [layer.receive_twisted([PROCESS])])
    wait_for(lambda: "is away" in log.text, what="a refusal")
    assert not layer.interfaces[PROCESS].clients[0].is_up
    reactor.call(layer.interfaces[PROCESS].stop)


def test_options_for_the_connection(new_redis, works):
    works(RedisChannelLayer(
        hosts=["redis://127.0.0.1:%d/0?socket_timeout=20&socket_keepalive=yes" % new_redis().port],
        connection_kwargs={"socket_connect_timeout": 3}))


def test_a_wrong_password_is_told_once_and_daphne_lives(new_redis, reactor, log):
    server = new_redis("--requirepass", "hunter2", password="hunter2")
    layer = RedisChannelLayer(hosts=["redis://:wrong@127.0.0.1:%d/0" % server.port])
    reactor.call(lambda: [layer.receive_twisted([PROCESS])])
    wait_for(lambda: layer.interfaces[PROCESS].clients[0].attempt > 2, what="three attempts")
    assert log.lines == ["Redis at redis://***@127.0.0.1:%d/0 refuses the password; "
                         "asking again" % server.port]
    reactor.call(layer.interfaces[PROCESS].stop)


def test_a_replica_is_left_for_the_master_that_its_name_leads_to_later(
        new_redis, reactor, tmp_path, log):
    master = new_redis("--unixsocket", tmp_path / "master")
    replica = new_redis("--unixsocket", tmp_path / "replica",
                        "--replicaof", "127.0.0.1", master.port)
    name, later = tmp_path / "name", tmp_path / "later"
    name.symlink_to(tmp_path / "replica")
    layer = RedisChannelLayer(hosts=["unix://%s?db=0" % name])
    layer.shards.retry_seconds = 0.1
    with pytest.raises(redis.ConnectionError):
        layer.send("jobs", {})
    assert layer.receive(["jobs"], block=True) == (None, None)
    waiting = reactor.call(lambda: [layer.receive_twisted([PROCESS])])[0]
    wait_for(lambda: layer.interfaces[PROCESS].clients[0].attempt > 3, what="four attempts")
    assert log.count("is away") == 1 and not log.count("is back")
    later.symlink_to(tmp_path / "master")
    later.rename(name)
    wait_for(lambda: master.client.hexists(keys.interfaces(layer.prefix), PROCESS),
             seconds=2, what="daphne at the master")
    layer.shards.retry_seconds = 2
    layer.send(PROCESS + "a", {"text": "x"})
    layer.settle()
    assert reactor.call(lambda: waiting) == (PROCESS + "a", {"text": "x"})
    assert replica.client.info("replication")["role"] == "slave"
    assert log.count("is away") == log.count("is back") == 1
    reactor.call(layer.interfaces[PROCESS].stop)


@pytest.mark.parametrize("step", [-3600, 3600])
def test_a_step_of_the_clock_breaks_no_connection(new_layer, reactor, monkeypatch, log, step):
    layer = new_layer()
    reactor.call(lambda: [layer.receive_twisted([PROCESS])])
    interface = layer.interfaces[PROCESS]
    clients = interface.clients + [interface.receiver.client]
    wait_for(lambda: all(client.is_up for client in clients), what="its connections")
    before = [client.protocol for client in clients]
    seconds = time.time
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: seconds() + step)
        patch.setattr(reactor.reactor, "seconds", time.time)
        reactor.call(interface._beat)
    assert [client.protocol for client in clients] == before
    assert all(each.is_open for each in before)
    assert log.lines == []
    reactor.call(interface.stop)
