"""
Servers that require a password, or a user and a password: what is accepted, and what is refused.
"""
import os
import re
import subprocess
from urllib.parse import quote

import pytest
import redis
from django_redis.cache import RedisCache

from channels_lts.layers.base import capabilities_of
from channels_lts.layers.redis import RedisChannelLayer
from channels_lts.layers.redis.daphne.receiver import Receiver
from channels_lts.layers.redis.statistics import picture
from channels_lts.redis import AccessRefused, MasterPool
from tests.conftest import need
from tests.support import ROOT
from tests.support.waiting import wait_for

from .servers import PROCESS, REDIS

PASSWORD = "/ @%:#?&+\"\\'=ä"
ENCODED = quote(PASSWORD, safe="")


def quoted(word):
    return '"%s"' % re.sub(r'([\\"])', r"\\\1", word)


@pytest.fixture
def guarded(new_redis, tmp_path):
    """A server with a password, a user `layer` and an administrator: (port, path of its socket)."""
    need(int(redis_version().split(b".")[0]) >= 6, "Redis 5 has no users")
    config = tmp_path / "redis.conf"
    path = str(tmp_path / "redis.sock")
    config.write_text("requirepass %s\nuser layer on %s ~* +@all\n" % (
        quoted(PASSWORD), quoted(">" + PASSWORD)), encoding="utf8")
    server = new_redis(config, "--unixsocket", path, "--save", "", password=PASSWORD)
    return server, path


def redis_version():
    return re.search(br"v=(\S+)", subprocess.check_output([REDIS, "--version"])).group(1)


def urls(guarded, user):
    server, path = guarded
    who = "%s:%s@" % (user, ENCODED)
    return ["redis://%s127.0.0.1:%d/2" % (who, server.port), "unix://%s%s?db=2" % (who, path)]


@pytest.mark.parametrize("user", ["", "layer"])
@pytest.mark.parametrize("kind", [0, 1])
def test_a_password_of_special_characters_works_for_the_layer_and_for_daphne(
        guarded, works, user, kind):
    works(RedisChannelLayer(hosts=[urls(guarded, user)[kind]]))


@pytest.mark.parametrize("user", ["", "layer"])
@pytest.mark.parametrize("kind", [0, 1])
def test_it_works_for_the_cache(guarded, user, kind):
    cache = new_cache(urls(guarded, user)[kind])
    cache.set("key", ["value"])
    assert cache.get("key") == ["value"] and cache.add("count", 1) and cache.incr("count") == 2


def new_cache(url):
    return RedisCache(url, {"KEY_PREFIX": "a", "OPTIONS": {
        "CONNECTION_POOL_CLASS": "channels_lts.redis.ConnectionPool"}})


class Sentinel:
    """What MasterPool wants of redis-py's Sentinel."""
    sentinels = []

    def __init__(self, server):
        self.server = server

    def newer_master(self, service_name, turn):
        return None

    def discover_master(self, service_name):
        return "127.0.0.1", self.server.port


def test_it_works_for_the_masters_that_sentinel_names(guarded):
    pool = MasterPool("primary", Sentinel(guarded[0]), username="layer", password=PASSWORD)
    assert redis.StrictRedis(connection_pool=pool).ping()


@pytest.mark.parametrize("user, words", [
    ("layer", "refuses the password of user layer"), ("", "refuses the password")])
def test_a_wrong_password_is_said_by_all_in_one_line(
        guarded, reactor, log, user, words):
    server, _ = guarded
    url = "redis://%s:wrong%s@127.0.0.1:%d/0" % (user, ENCODED, server.port)
    layer = RedisChannelLayer(hosts=[url])
    layer.shards.retry_seconds = 0.1
    reactor.call(lambda: [layer.receive_twisted([PROCESS])])
    wait_for(lambda: layer.interfaces[PROCESS].clients[0].attempt > 2, what="three attempts")
    with pytest.raises(redis.ConnectionError, match=words):
        layer.send("jobs", {})
    assert layer.receive(["jobs"], block=True) == (None, None)
    with pytest.raises(AccessRefused, match="at 127.0.0.1:%d %s$" % (server.port, words)):
        picture(layer, [])
    with pytest.raises(Exception, match=words):
        new_cache(url).get("key")
    line, = log.lines
    assert line == "Redis at redis://***@127.0.0.1:%d/0 %s; asking again" % (server.port, words)
    reactor.call(layer.interfaces[PROCESS].stop)


def test_a_missing_password_is_said(guarded, log):
    server, _ = guarded
    layer = RedisChannelLayer(hosts=[server.url])
    layer.shards.retry_seconds = 0.1
    with pytest.raises(redis.ConnectionError, match="wants a password, and none is set"):
        layer.send("jobs", {})
    assert log.count("wants a password, and none is set; asking again") == 1


def test_a_password_that_is_changed_is_waited_for_and_no_line_says_it(
        guarded, works, reactor, log):
    server, _ = guarded
    layer = RedisChannelLayer(hosts=["redis://layer:next@127.0.0.1:%d/0" % server.port])
    layer.shards.retry_seconds = 0.1
    reactor.call(lambda: [layer.receive_twisted([PROCESS])])
    wait_for(lambda: log.count("refuses the password of user layer"), what="a refusal")
    server.client.execute_command("ACL", "SETUSER", "layer", "resetpass", ">next")
    wait_for(lambda: log.count("is back after"), what="the new password")
    works(layer)
    assert len(log.lines) == 2 and "next" not in log.text


def test_a_server_that_comes_back_with_another_password_is_not_just_away(new_redis, log):
    server = new_redis("--requirepass", "one", "--save", "", password="one")
    layer = RedisChannelLayer(hosts=["redis://:one@127.0.0.1:%d/0" % server.port])
    layer.shards.retry_seconds = 0.1
    layer.send("jobs", {})
    server.stop()
    with pytest.raises(redis.ConnectionError):
        layer.send("jobs", {})
    assert log.count("is away, waiting for it") == 1
    server.options[server.options.index("one")] = "two"
    server.client = redis.StrictRedis(port=server.port, password="two")
    server.start()
    wait_for(lambda: log.count("refuses the password"), what="a refusal")
    server.client.config_set("requirepass", "one")
    wait_for(lambda: log.count("is back after"), what="the old password")
    assert len(log.lines) == 3


def documented_rights():
    """The rights of the user in docs/layer.md, for the prefix `asgi`."""
    path = os.path.join(ROOT, "docs", "layer.md")
    with open(path, encoding="utf8") as text:
        found = re.search(r"ACL SETUSER workshop on >password (.*?)\n\n", text.read(), re.DOTALL)
    return found.group(1).replace("\\\n", " ").replace("workshop-1a2b3c4d", "asgi").split()


def test_the_rights_that_are_documented_are_enough_and_reach_no_others_keys(
        guarded, works, reactor, log):
    server, _ = guarded
    server.client.execute_command(
        "ACL", "SETUSER", "layer", "reset", "on", ">" + PASSWORD, *documented_rights())
    layer = RedisChannelLayer(hosts=[urls(guarded, "layer")[0]])
    works(layer)
    layer.send(PROCESS + "a", {"text": "x"})
    layer.group_discard("g", PROCESS + "a")
    capabilities = capabilities_of(layer)
    capabilities.beat("worker", "name", {})
    capabilities.numbers.advance("g", 1, 0)
    capabilities.sockets.store(PROCESS + "a", {"address": "192.0.2.1"}, 60)
    assert capabilities.sockets.load(PROCESS + "a") and not capabilities.sockets.load(PROCESS + "b")
    capabilities.sockets.forget(PROCESS + "a")
    for _ in range(2):
        capabilities.sweep()
    layer.report_statistics()
    assert picture(layer, ["jobs"])["channels"]
    assert log.lines == []
    with pytest.raises(redis.ResponseError, match="NOPERM"):
        layer.connection(0).get("another site's")
    for command in ("FLUSHALL", "CONFIG GET *", "KEYS *", "ACL LIST", "MONITOR", "SAVE"):
        with pytest.raises(redis.ResponseError, match="NOPERM"):
            layer.connection(0).execute_command(*command.split())


def test_a_right_that_is_missing_is_said_by_daphne(guarded, reactor, log):
    server, _ = guarded
    server.client.execute_command("ACL", "SETUSER", "layer", "-del")
    layer = RedisChannelLayer(hosts=[urls(guarded, "layer")[0]])
    reactor.call(lambda: [layer.receive_twisted([PROCESS])])
    wait_for(lambda: layer.interfaces[PROCESS].clients[0].attempt > 2, what="three attempts")
    line, = log.lines
    assert "doesn't let user layer do that: NOPERM" in line
    reactor.call(layer.interfaces[PROCESS].stop)


def test_a_right_to_wait_that_is_missing_is_said_once(guarded, reactor, log, monkeypatch):
    server, _ = guarded
    monkeypatch.setattr(Receiver, "error_seconds", 0.01)
    server.client.execute_command("ACL", "SETUSER", "layer", "-blpop")
    layer = RedisChannelLayer(hosts=[urls(guarded, "layer")[0]])
    reactor.call(lambda: [layer.receive_twisted([PROCESS])])

    def attempts():
        return server.client.info("commandstats").get("cmdstat_blpop", {}).get("rejected_calls", 0)
    wait_for(lambda: attempts() > 5, what="some attempts")
    line, = log.lines
    assert "Can't wait for Redis: NOPERM" in line and "blpop" in line
    reactor.call(layer.interfaces[PROCESS].stop)
