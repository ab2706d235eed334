"""
What `manage.py check` says of a project's settings.
"""
import socket

import pytest
import redis
from django.core.checks import Error, run_checks

from channels_lts.layers.redis import RedisChannelLayer, suitability
from tests.support.fresh import run
from tests.support.ports import free_port, is_bindable
from tests.support.waiting import wait_for

from .layers.conftest import new_redis  # noqa: F401 (a fixture)

LOCMEM = "django.core.cache.backends.locmem.LocMemCache"
SHARED = "channels_lts.caches.SharedFileCache"
REDIS_LAYER = {"BACKEND": "channels_lts.layers.redis.RedisChannelLayer"}


@pytest.fixture(autouse=True)
def of_a_site_that_is_well(settings):
    settings.CACHES = {"default": {"BACKEND": SHARED}}


def found(deploy=False):
    return {each.id: each for each in run_checks(include_deployment_checks=deploy)
            if each.id.startswith("channels_lts.")}


def test_a_site_that_is_well_hears_nothing():
    assert set(found(deploy=True)) <= {"channels_lts.W022"}  # the tests' own


def test_every_message_has_a_hint(settings):
    settings.CHANNELS_LTS = {"MAX_BODDY": 7, "ALLOWED_ORIGINS": None,
                             "TRUST_ROOT_PATH_HEADER": True, "WEBSOCKET_TIMEOUT": 10 ** 6}
    settings.ALLOWED_HOSTS = ["*"]
    settings.CACHES = {"default": {"BACKEND": LOCMEM}}
    settings.CHANNEL_LAYERS = {"default": REDIS_LAYER}
    messages = found(deploy=True)
    assert set(messages) >= {"channels_lts.%s" % each for each in (
        "E001", "W001", "W002", "W003", "W004", "W007")}
    assert [name for name, each in messages.items() if not each.hint] == []


def test_a_setting_that_there_is_not_is_named(settings):
    settings.CHANNELS_LTS = {"MAX_BODDY": 7}
    assert "MAX_BODDY" in found()["channels_lts.E001"].msg


@pytest.mark.parametrize("change, expected", [
    ({"ALLOWED_HOSTS": ["*"]}, "channels_lts.W001"),
    ({"CHANNELS_LTS": {"ALLOWED_ORIGINS": None}}, "channels_lts.W002"),
    ({"CHANNELS_LTS": {"TRUST_ROOT_PATH_HEADER": True}}, "channels_lts.W003"),
])
def test_what_opens_a_deployment_is_told_before_one(settings, change, expected):
    assert expected not in found(deploy=True)
    for name, value in change.items():
        setattr(settings, name, value)
    assert expected in found(deploy=True)
    assert expected not in found()


def test_a_foreign_project_is_asked_for_nothing_of_the_site():
    told = run("""
import django, sys
from django.conf import settings
settings.configure(
    SECRET_KEY="x" * 50, ALLOWED_HOSTS=["example.org"],
    INSTALLED_APPS=["channels_lts", "django.contrib.auth", "django.contrib.contenttypes",
                    "django.contrib.sessions", "channels"],
    CHANNEL_LAYERS={"default": {"BACKEND": "asgi_redis.RedisChannelLayer",
                                "CONFIG": {"hosts": ["redis://127.0.0.1:1/0"]}, "ROUTING": []}})
django.setup()
from django.core.checks import run_checks
for each in run_checks(include_deployment_checks=True):
    print(each.id, each.msg)
    assert not {name.partition(".")[0] for name in sys.modules} & {"workshop", "rest_framework"}
""")
    assert [line.split()[0] for line in told.splitlines() if line.startswith("channels_lts.")] == [
        "channels_lts.W004"]
    assert "OPEN_ACCESS" not in told


@pytest.mark.parametrize("backend", [LOCMEM, "django.core.cache.backends.dummy.DummyCache",
                                     "tests.support.caches.JSONLocMemCache"])
def test_a_cache_of_one_process_is_told_where_there_are_several(settings, backend):
    settings.CACHES = {"default": {"BACKEND": backend}}
    assert "channels_lts.W004" not in found()  # runserver on the in-memory layer
    settings.CHANNEL_LAYERS = {"default": REDIS_LAYER}
    assert "channels_lts.W004" in found()


@pytest.mark.parametrize("layer, is_kept_by_layer", [
    ("channels_lts.layers.redis.RedisChannelLayer", True),
    ("channels_lts.layers.redis.RedisSentinelChannelLayer", True),
    ("channels_lts.layers.ipc.IPCChannelLayer", False), ("asgi_redis.RedisChannelLayer", False),
    ("nothing.that.can.be.Imported", False)])
def test_it_is_told_what_such_a_cache_would_lose(settings, layer, is_kept_by_layer):
    settings.CACHES = {"default": {"BACKEND": LOCMEM}}
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": layer}}
    told = found()["channels_lts.W004"].msg
    assert "limited" in told and ("sockets" not in told) == is_kept_by_layer


@pytest.mark.parametrize("backend, is_told", [
    ("django.core.cache.backends.filebased.FileBasedCache", True),
    ("django.core.cache.backends.db.DatabaseCache", True),
    ("django.core.cache.backends.memcached.MemcachedCache", False),
    ("django_redis.cache.RedisCache", False),
    (SHARED, False),
    ("nothing.that.can.be.Imported", False),
])
def test_a_cache_whose_counts_go_wrong_is_told(settings, backend, is_told):
    settings.CACHES = {"default": {"BACKEND": backend}}
    assert ("channels_lts.W005" in found()) == is_told


@pytest.mark.parametrize("options, is_told", [
    ({}, True),
    ({"SOCKET_TIMEOUT": 5}, True),
    ({"SOCKET_TIMEOUT": 5, "SOCKET_CONNECT_TIMEOUT": 5}, False),
    ({"CONNECTION_POOL_CLASS": "channels_lts.redis.ConnectionPool"}, False),
    ({"CONNECTION_POOL_CLASS": "channels_lts.redis.MasterPool"}, False),
])
def test_a_redis_cache_that_is_waited_for_without_a_limit_is_told(settings, options, is_told):
    settings.CACHES = {"default": {"BACKEND": SHARED}, "redis": {
        "BACKEND": "django_redis.cache.RedisCache", "OPTIONS": options}}
    assert ("channels_lts.W011" in found()) == is_told


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
@pytest.mark.parametrize("options, is_told", [({}, True), ({"connect_timeout": 3}, False)])
def test_a_database_that_is_waited_for_without_a_limit_is_told(settings, options, is_told):
    settings.DATABASES = {"default": {
        "ENGINE": "django.db.backends.postgresql", "OPTIONS": options}}
    assert ("channels_lts.W012" in found()) == is_told


@pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")
@pytest.mark.parametrize("engine, is_told", [
    ("django.db.backends.postgresql", True), ("django.db.backends.postgresql_psycopg2", True),
    ("channels_lts.compat.postgresql", True), ("channels_lts.postgresql", False),
    ("django.db.backends.sqlite3", False)])
def test_a_query_that_is_waited_for_without_a_limit_is_told(settings, engine, is_told):
    settings.DATABASES = {"default": {"ENGINE": engine}}
    assert ("channels_lts.W013" in found()) == is_told


@pytest.mark.parametrize("name, commands", [
    ("channels", "runworker"), ("django.contrib.staticfiles", "runserver"),
    ("django.contrib.sessions", "clearsessions"), ("channels.delay", "rundelay")])
def test_an_app_whose_commands_hide_ours_is_named(settings, name, commands):
    others = [each for each in settings.INSTALLED_APPS if each not in ("channels_lts", name)]
    settings.INSTALLED_APPS = ["channels_lts", name] + others
    assert "channels_lts.W006" not in found()
    settings.INSTALLED_APPS = [name, "channels_lts"] + others
    message = found()["channels_lts.W006"].msg
    assert repr(name) in message and commands in message


@pytest.mark.parametrize("config, timeout, is_told", [
    ({}, 86400, False), ({}, 86401, True), ({"group_expiry": 60}, 61, True),
    ({"group_expiry": 60}, 60, False)])
def test_groups_that_end_before_their_sockets_are_told(settings, config, timeout, is_told):
    settings.CHANNEL_LAYERS = {"default": dict(REDIS_LAYER, CONFIG=config)}
    settings.CHANNELS_LTS = {"WEBSOCKET_TIMEOUT": timeout}
    assert ("channels_lts.W007" in found()) == is_told


@pytest.fixture
def evicting(redis_url):
    server = redis.StrictRedis.from_url(redis_url)
    before = server.config_get("maxmemory*")
    server.config_set("maxmemory", 2 ** 30)
    server.config_set("maxmemory-policy", "volatile-lru")
    yield server
    server.config_set("maxmemory", before["maxmemory"])
    server.config_set("maxmemory-policy", before["maxmemory-policy"])


@pytest.mark.parametrize("backend", ["channels_lts.layers.redis.RedisChannelLayer",
                                     "asgi_redis.RedisChannelLayer"])
def test_a_redis_that_evicts_is_told_before_a_deployment(settings, evicting, redis_url, backend):
    settings.CHANNEL_LAYERS = {"default": {
        "BACKEND": backend, "CONFIG": {"hosts": [redis_url]}, "ROUTING": []}}
    assert "volatile-lru" in found(deploy=True)["channels_lts.W008"].msg
    assert "channels_lts.W008" not in found()
    evicting.config_set("maxmemory-policy", "noeviction")
    assert "channels_lts.W008" not in found(deploy=True)


@pytest.fixture
def cluster(new_redis, tmp_path):  # noqa: F811
    """A Redis Cluster of one server, which has all slots."""
    # The servers of one talk to each other by the port 10000 above: below outgoing connections'.
    port = next(port for port in iter(free_port, None)
                if port + 10000 < 32000 and is_bindable(port + 10000))
    server = new_redis("--save", "", "--cluster-enabled", "yes", "--cluster-config-file",
                       tmp_path / "nodes.conf", "--port", port, port=port)
    server.client.execute_command("CLUSTER", "ADDSLOTS", *range(16384))
    wait_for(lambda: b"cluster_state:ok" in server.client.execute_command("CLUSTER", "INFO"),
             what="a cluster")
    return "redis://127.0.0.1:%d/0" % port


def test_a_cluster_is_an_error_before_a_deployment_and_one_line_of_a_log(
        settings, cluster, log):
    settings.CHANNEL_LAYERS = {"default": {
        "BACKEND": "channels_lts.layers.redis.RedisChannelLayer",
        "CONFIG": {"hosts": [cluster]}, "ROUTING": []}}
    error = found(deploy=True)["channels_lts.E002"]
    assert "cluster-enabled" in error.msg and isinstance(error, Error)
    layer = RedisChannelLayer(hosts=[cluster])
    layer.shards.retry_seconds = 0.5
    suitability.warn_soon(layer)
    assert layer.receive(["jobs", "others"], block=True) == (None, None)
    for use in (lambda: layer.send("jobs", {}), lambda: layer.group_add("friends", "jobs"),
                lambda: layer.send_group("friends", {})):
        with pytest.raises(redis.ConnectionError, match="is a Redis Cluster"):
            use()
    assert log.one("") and log.one("is a Redis Cluster")


def test_a_redis_that_never_answers_holds_up_no_check(settings, silent_url, monkeypatch):
    monkeypatch.setattr("channels_lts.checks.REDIS_SECONDS", 0.1)
    settings.CHANNEL_LAYERS = {"default": {
        "BACKEND": "channels_lts.layers.redis.RedisChannelLayer",
        "CONFIG": {"hosts": [silent_url]}, "ROUTING": []}}
    assert "channels_lts.W008" not in found(deploy=True)


@pytest.fixture
def silent_url():
    """A server that accepts connections and says nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(5)
        yield "redis://127.0.0.1:%d/0" % listener.getsockname()[1]


def test_at_a_start_a_redis_that_evicts_is_one_line_of_the_log(evicting, redis_url, caplog):
    suitability.warn_soon(RedisChannelLayer(hosts=[redis_url]))
    wait_for(lambda: caplog.records, what="a line of the log")
    line, = caplog.messages
    assert "volatile-lru" in line and "127.0.0.1:" in line


def test_of_a_server_that_is_away_nothing_is_said_here():
    assert list(suitability.problems(RedisChannelLayer(hosts=["redis://127.0.0.1:1/0"]))) == []
