"""
Caches hold JSON; and the one in files: what several processes count in it is right.
"""
import datetime
import glob
import os
import pickle
import subprocess
import sys
import time
import uuid

import pytest
import redis
from django.core.cache import cache as default_cache
from django.core.exceptions import ImproperlyConfigured
from django_redis.cache import RedisCache

from channels_lts.caches import SharedFileCache
from channels_lts.layers.redis import RedisChannelLayer
from channels_lts.redis import ConnectionPool
from tests.browser.proxy import Proxy
from tests.support.waiting import in_thread, wait_for

from .layers.conftest import new_redis  # noqa: F401 (a fixture)

CACHE_OPTIONS = {"CONNECTION_POOL_CLASS": "channels_lts.redis.ConnectionPool",
                 "SERIALIZER": "channels_lts.caches.JSONSerializer"}
COUNT = """
import channels_lts.compat, sys
from django.conf import settings
settings.configure()
from channels_lts.caches import SharedFileCache
cache = SharedFileCache(sys.argv[1], {})
for _ in range(100):
    cache.add("count", 0, 60)
    cache.incr("count")
"""


@pytest.fixture
def folder(tmp_path):
    return str(tmp_path / "cache")


@pytest.fixture
def cache(folder):
    return SharedFileCache(folder, {})


def test_processes_count_together(cache, folder):
    children = [subprocess.Popen([sys.executable, "-c", COUNT, folder]) for _ in range(3)]
    assert [child.wait(60) for child in children] == [0, 0, 0]
    assert cache.get("count") == 300


def test_counting_does_not_prolong_the_life_of_a_key(cache, monkeypatch):
    cache.set("count", 1, 20)
    assert cache.incr("count") == 2
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 21)
    assert cache.get("count") is None


def test_counting_keeps_a_key_that_never_expires(cache):
    cache.set("count", 1, None)
    assert cache.incr("count", 2) == 3
    assert cache.get("count") == 3


@pytest.mark.parametrize("timeout", [None, 0])
def test_what_is_not_there_is_not_counted(cache, timeout):
    if timeout is not None:
        cache.set("count", 1, timeout)
    with pytest.raises(ValueError):
        cache.incr("count")


def test_what_has_expired_goes_and_nothing_else(cache, folder, monkeypatch):
    cache.set("short", 1, 1)
    cache.set("long", 1, 1000)
    now, monotonic = time.time(), time.monotonic()
    monkeypatch.setattr(time, "time", lambda: now + 2)
    monkeypatch.setattr(time, "monotonic", lambda: monotonic + 61)
    cache.set("another", 1)
    assert sum(name.endswith(".djcache") for name in os.listdir(folder)) == 2
    assert cache.get("long") == cache.get("another") == 1


class Planted:
    """What makes a pickle dangerous."""

    def __reduce__(self):
        return open, ("planted", "w")


UNREADABLE = [
    b"", b"half", b"[null", b"1", b"[1]", b'["a", 1]', b'{"a": 1, "b": 2}', b"[" * 10 ** 5, b"\xff",
    pickle.dumps(None) + pickle.dumps(1), pickle.dumps(Planted())]


@pytest.mark.parametrize("content", UNREADABLE)
def test_what_cannot_be_read_is_as_if_it_were_not_there(cache, folder, monkeypatch, content):
    def spoil():
        cache.set("key", 1)
        path, = glob.glob(os.path.join(folder, "*.djcache"))
        with open(path, "wb") as stored:
            stored.write(content)
        return path

    path = spoil()
    assert cache.get("key", "nothing") == "nothing"
    assert not os.path.exists(path)
    spoil()
    with pytest.raises(ValueError):
        cache.incr("key")
    spoil()
    assert cache.add("key", 2)
    assert cache.get("key") == 2
    spoil()
    monkeypatch.setattr(cache, "swept_at", time.monotonic() - 61)
    cache.set("another", 1)
    assert not os.path.exists(path)


def test_of_too_many_those_that_expire_soonest_go(folder, monkeypatch):
    cache = SharedFileCache(folder, {"OPTIONS": {"MAX_ENTRIES": 3}})
    cache.set("news", 0, None)
    for number in (5, 1, 4, 2, 3):
        cache.set("key%d" % number, number, 100 * number)
    monkeypatch.setattr(cache, "swept_at", time.monotonic() - 61)
    cache.set("another", 1, 1)
    assert cache.get("news") == 0
    assert [number for number in range(1, 6) if cache.get("key%d" % number)] == [4, 5]


def test_only_its_user_may_enter_the_folder(cache, folder):
    assert os.stat(folder).st_mode & 0o777 == 0o700


def test_a_folder_that_others_may_write_to_is_refused(folder):
    os.mkdir(folder, 0o755)
    with pytest.raises(ImproperlyConfigured, match=folder):
        SharedFileCache(folder, {})


def test_a_link_to_a_folder_is_refused(folder, tmp_path):
    os.mkdir(str(tmp_path / "elsewhere"), 0o700)
    os.symlink(str(tmp_path / "elsewhere"), folder)
    with pytest.raises(ImproperlyConfigured, match=folder):
        SharedFileCache(folder, {})


JSON = [0, True, None, 1.5, "text \0 \u2028 \U0001f600", [1, ["a"]], {"a": {"b": None}}, 2 ** 70]
OTHER = [(1,), {1}, {1: 2}, b"bytes", datetime.datetime(2020, 1, 1), float("nan"), [(1, 2)],
         object()]


@pytest.fixture(params=["files", "redis", "tests"])
def any_cache(request, folder):
    """Each kind that a deployment or the suite has."""
    if request.param == "files":
        return SharedFileCache(folder, {})
    if request.param == "tests":
        return default_cache
    cache = RedisCache(request.getfixturevalue("redis_url"), {
        "KEY_PREFIX": uuid.uuid4().hex, "OPTIONS": CACHE_OPTIONS})
    request.addfinalizer(lambda: cache.delete("key"))
    return cache


@pytest.mark.parametrize("value", JSON, ids=repr)
def test_a_cache_gives_back_what_it_was_given(any_cache, value):
    any_cache.set("key", value, 60)
    found = any_cache.get("key", "nothing")
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("value", OTHER, ids=lambda value: type(value).__name__)
def test_what_is_not_json_is_refused_and_leaves_what_was_there(any_cache, value):
    any_cache.set("key", 1, 60)
    for call in (any_cache.set, any_cache.add):
        with pytest.raises(TypeError, match="JSON"):
            call("key" if call == any_cache.set else "another", value, 60)
    assert any_cache.get("key") == 1


def test_a_pickle_that_somebody_left_in_redis_runs_no_code(redis_url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cache = RedisCache(redis_url, {"KEY_PREFIX": uuid.uuid4().hex, "OPTIONS": CACHE_OPTIONS})
    client = redis.StrictRedis.from_url(redis_url)
    name = cache.make_key("key")
    client.set(name, pickle.dumps(Planted()), ex=60)
    with pytest.raises(ValueError):
        cache.get("key")
    client.delete(name)
    assert os.listdir(str(tmp_path)) == []


# In a Redis that says nothing

@pytest.fixture
def silent(new_redis, log):  # noqa: F811
    """(cache, way): a cache, and the Proxy on its way."""
    way = Proxy(new_redis("--save", "").port)
    name = "redis://127.0.0.1:%d/0" % way.port
    yield RedisCache(name, {"OPTIONS": dict(
        CACHE_OPTIONS, REDIS_CLIENT_CLASS="channels_lts.layers.redis.cache.CacheClient")}), way
    way.close()


def test_a_connection_that_the_network_has_forgotten_is_made_anew(silent, log):
    cache, way = silent
    cache.set("a", 1)
    way.swallow()
    assert in_thread(cache.get, "a")() == 1
    assert log.one("is away") and log.one("is back")


def test_a_cache_that_hangs_is_waited_for_by_one_and_answers_when_it_is_back(silent, log):
    cache, way = silent
    cache.set("a", 1)
    way.is_away = True
    way.swallow()
    with pytest.raises(redis.ConnectionError):
        cache.get("a")
    with pytest.raises(redis.ConnectionError, match="is away"):  # it isn't even asked
        cache.get("a")
    way.is_away = False
    wait_for(lambda: log.having("is back"), what="the return")
    assert cache.get("a") == 1
    assert log.one("is away")


def test_a_cache_on_the_layers_server_is_away_when_the_layer_says_so(silent, log):
    cache, way = silent
    layer = RedisChannelLayer(hosts=["redis://127.0.0.1:%d/0" % way.port])
    cache.set("a", 1)
    way.is_away = True
    way.cut()
    with pytest.raises(redis.ConnectionError):
        layer.group_add("friends", "jobs")
    with pytest.raises(redis.ConnectionError):
        cache.get("a")
    assert log.one("is away")
    way.is_away = False
    wait_for(lambda: log.having("is back"), what="the return")
    assert cache.get("a") == 1
    assert log.one("is back")


def test_a_replica_is_left_for_the_master_that_its_name_leads_to_later(
        new_redis, tmp_path, log):  # noqa: F811
    master = new_redis("--save", "", "--unixsocket", tmp_path / "master")
    replica = new_redis("--save", "", "--unixsocket", tmp_path / "replica")
    name, later = tmp_path / "name", tmp_path / "later"
    name.symlink_to(tmp_path / "replica")
    cache = RedisCache("unix://%s?db=0" % name, {"OPTIONS": dict(
        CACHE_OPTIONS, REDIS_CLIENT_CLASS="channels_lts.layers.redis.cache.CacheClient")})
    cache.set("a", 1)
    replica.client.slaveof("127.0.0.1", master.port)
    wait_for(lambda: replica.client.info("replication")["master_link_status"] == "up",
             what="a replica")
    with pytest.raises(redis.ConnectionError):
        cache.set("a", 2)
    assert log.one("is away") and not log.having("is back")
    later.symlink_to(tmp_path / "master")
    later.rename(name)
    wait_for(lambda: log.having("is back"), what="the return")
    cache.set("a", 3)
    assert log.one("is away") and cache.get("a") == 3


def test_connections_have_time_limits_also_without_settings():
    pool = ConnectionPool.from_url("redis://h/0").connection_kwargs
    assert pool["socket_timeout"] == pool["socket_connect_timeout"] == 2
    assert pool["socket_keepalive"] is True
    assert ConnectionPool.from_url(
        "redis://h/0?socket_timeout=7").connection_kwargs["socket_timeout"] == 7
