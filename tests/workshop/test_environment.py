"""
Settings, read as a process reads them at its start: a bad value ends the start with one line.
"""
import ast
import fcntl
import os
import subprocess
import sys
from urllib.parse import quote

import pytest

from workshop.environment import load_running

from ..channels_lts.layers.conftest import new_redis  # noqa: F401 (a fixture)
from ..channels_lts.test_caches import CACHE_OPTIONS
from ..support import ROOT, forks

GOOD = {"DEBUG": "0", "SECRET_KEY": "only for tests", "ALLOWED_HOSTS": "example.org"}


def start(command=("check",), **environment):
    return forks.run([sys.executable, "manage.py"] + list(command), whole(environment), ROOT,
                     django=False)


def whole(environment):
    """With what a start needs, and nothing else of this process's environment."""
    variables = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "workshop.settings"}
    # Empty ones too, or a .env in the checkout would fill them in.
    for name in ("REDIS_URL", "REDIS_USERNAME", "REDIS_PASSWORD", "REDIS_ENCRYPTION_KEYS",
                 "REDIS_SENTINELS", "REDIS_SERVICES", "CHANNEL_LAYER", "DATABASE_URL"):
        variables[name] = ""
    return dict(variables, **dict(GOOD, **environment))


@pytest.mark.parametrize("name,value", [
    ("SECRET_KEY", ""),
    ("ALLOWED_HOSTS", ""),
    ("DEBUG", "maybe"),
    ("OPEN_ACCESS", "2"),
    ("DATABASE_URL", "nonsense"),
    ("DATABASE_URL", "oracleish://host/name"),
    ("REDIS_URL", "localhost:6379"),
    ("REDIS_URL", "redis:localhost"),
    ("REDIS_URL", "redis://"),
    ("REDIS_URL", "redis://:secret@127.0.0.1:abc/0"),
    ("REDIS_URL", "rediss://127.0.0.1:70000/0"),
    ("REDIS_URL", "redis://[::1/0"),
    ("REDIS_URL", "redis://127.0.0.1/x"),
    ("REDIS_URL", "redis://127.0.0.1,redis://127.0.0.1:1/x"),
    ("REDIS_URL", "redis://127.0.0.1/?db=x"),
    ("REDIS_URL", "unix://"),
    ("REDIS_URL", "unix:///run/redis.sock?db=x"),
    ("REDIS_URL", "unix://:a[b@/run/redis.sock"),
    ("REDIS_URL", "redis://:se/cret@127.0.0.1/0"),
    ("REDIS_URL", "redis://:se#cret@127.0.0.1/0"),
    ("REDIS_URL", "redis://127.0.0.1/0?colour=red"),
    ("REDIS_URL", "redis://127.0.0.1/0?socket_timeout=long"),
    ("REDIS_URL", "rediss://127.0.0.1/0?ssl_cert_reqs=perhaps"),
    ("REDIS_ENCRYPTION_KEYS", "secret"),
    ("REDIS_ENCRYPTION_KEYS", "secret" * 8 + ",,"),
    ("REDIS_ENCRYPTION_KEYS", "secret" * 8 + ",secret"),
    ("REDIS_ENCRYPTION_KEYS", "secret" * 8 + "," + "secret" * 8),
    ("REDIS_SENTINELS", "localhost"),
    ("REDIS_SENTINELS", "a:1,rediss://:se/cret@b:2"),
    ("REDIS_SERVICES", "rediss://:se/cret@primary"),
    ("REDIS_SERVICES", "unix:///run/redis.sock"),
    ("CHANNEL_LAYER", "rabbitmq"),
    ("CHANNEL_LAYER", "stock"),
    ("CHANNEL_LAYER", "redis"),
    ("PORT", "http"),
    ("PORT", "70000"),
    ("WEB_CONCURRENCY", "0"),
    ("HTTPS", "perhaps"),
])
def test_a_bad_setting_stops_the_start_with_one_line_that_names_it(name, value):
    ended = start(**{name: value})
    assert ended.returncode == 1
    line, = ended.stdout.splitlines()
    assert line.startswith("workshop: ")
    assert ("REDIS_URL" if value in ("stock", "redis") else name) in line
    assert ":secret" not in line


@pytest.mark.parametrize("url", [
    "redis://localhost", "redis://localhost/", "redis://:secret@10.0.0.1:6380/15",
    "rediss://cache.example.org/0?ssl_cert_reqs=none", "unix:///run/redis.sock",
    "unix://:secret@/run/redis.sock?db=2", "redis://[::1]:6379/0", "redis://a, redis://b",
    "redis://:6379/0", "redis:///0", "redis://localhost:6379/0/", "redis://localhost/?db=2",
])
def test_what_redis_py_understands_is_taken(url):
    hosts = ast.literal_eval(setting("CHANNEL_LAYERS['default']['CONFIG']['hosts']", REDIS_URL=url))
    assert len(hosts) == len(url.split(","))


@pytest.mark.parametrize("layer", ["", "redis", "stock"])
def test_sentinels_of_no_named_master_stop_the_start_with_one_line(layer):
    ended = start(REDIS_SENTINELS="localhost:26379", CHANNEL_LAYER=layer)
    assert ended.returncode == 1
    line, = ended.stdout.splitlines()
    assert line.startswith("workshop: REDIS_SERVICES is not set")


@pytest.mark.parametrize("environment, name", [
    ({"REDIS_SENTINELS": "", "REDIS_SERVICES": "primary"}, "REDIS_SENTINELS"),
    ({"CHANNEL_LAYER": "stock", "REDIS_SERVICES": "rediss://primary"}, "REDIS_SERVICES"),
    ({"CHANNEL_LAYER": "stock", "REDIS_SENTINELS": "rediss://a:1"}, "REDIS_SENTINELS"),
])
def test_what_does_not_go_together_is_one_line_that_names_a_setting(environment, name):
    environment = dict({"REDIS_SENTINELS": "a:1", "REDIS_SERVICES": "primary"}, **environment)
    line, = start(**environment).stdout.splitlines()
    assert line.startswith("workshop: %s " % name)


@pytest.mark.parametrize("layer", ["memory", "ipc"])
def test_sentinels_that_the_layer_does_not_ask_need_no_redis(layer):
    assert start(REDIS_SENTINELS="localhost:26379", CHANNEL_LAYER=layer).returncode == 0


def test_a_bad_database_url_does_not_print_its_password():
    assert "hunter2" not in start(DATABASE_URL="oracleish://me:hunter2@host/name").stdout


def test_stock_which_knows_no_users_is_not_started_with_one():
    line, = start(REDIS_URL="redis://a", REDIS_USERNAME="u", REDIS_PASSWORD="p",
                  CHANNEL_LAYER="stock").stdout.splitlines()
    assert line.startswith("workshop: REDIS_USERNAME")


def config(**environment):
    return ast.literal_eval(setting("CHANNEL_LAYERS['default']['CONFIG']", **environment))


def test_a_password_beside_the_url_is_that_of_the_layer_and_of_the_cache():
    environment = {"REDIS_URL": "redis://a,redis://:own@b", "REDIS_USERNAME": "me",
                   "REDIS_PASSWORD": "p@ss/w%20"}
    hosts = config(**environment)["hosts"]
    assert hosts == ["redis://me:p%40ss%2Fw%2520@a", "redis://:own@b"]
    assert setting("CACHES['default']['LOCATION']", **environment) == hosts[0]


def test_the_masters_that_sentinels_name_get_the_password():
    environment = {"REDIS_SENTINELS": "a:1", "REDIS_URL": "redis://b", "REDIS_PASSWORD": "p%40"}
    assert config(**environment)["connection_kwargs"] == {"password": "p%40"}
    assert config(REDIS_USERNAME="me", **environment)["connection_kwargs"] == {
        "username": "me", "password": "p%40"}
    assert "connection_kwargs" not in config(REDIS_SENTINELS="a:1", REDIS_URL="redis://:p@b")


def test_the_cache_is_at_the_first_of_the_masters_that_the_layer_is_at():
    environment = {"REDIS_SENTINELS": "a:1, rediss://:own@b:2", "REDIS_PASSWORD": "p@",
                   "REDIS_SERVICES": "Primary, rediss://u:v@other/1?ssl_cert_reqs=none"}
    services = ["redis://:p%40@Primary", "rediss://u:v@other/1?ssl_cert_reqs=none"]
    found = config(**environment)
    assert (found["services"], found["hosts"]) == (services, [("a", 1), "rediss://:own@b:2"])
    cache = ast.literal_eval(setting("CACHES['default']", **environment))
    assert cache["LOCATION"] == services[0]
    assert cache["OPTIONS"]["CONNECTION_POOL_KWARGS"] == {"sentinels": found["hosts"]}
    assert start(**environment).returncode == 0


def test_stock_gets_the_names_of_the_masters_and_their_password():
    found = config(CHANNEL_LAYER="stock", REDIS_SENTINELS="a:1", REDIS_SERVICES="one,two",
                   REDIS_PASSWORD="p%40")
    assert (found["services"], found["connection_kwargs"]) == (["one", "two"], {"password": "p%40"})


@pytest.mark.parametrize("layer", ["redis", "stock"])
def test_the_layer_gets_the_keys_of_encryption_in_their_order(layer):
    keys = ["b" * 32, "a" * 40]
    assert config(REDIS_URL="redis://a", CHANNEL_LAYER=layer, REDIS_ENCRYPTION_KEYS=", ".join(
        keys))["symmetric_encryption_keys"] == keys
    assert not config(REDIS_URL="redis://a")["symmetric_encryption_keys"]


def test_the_password_of_a_database_url_may_have_any_character():
    url = "postgres://us%%40er:%s@host:1/name" % quote("/ @%:#?&+\"\\'=ä", safe="")
    found = ast.literal_eval(setting("DATABASES['default']", DATABASE_URL=url))
    assert (found["USER"], found["PASSWORD"]) == ("us@er", "/ @%:#?&+\"\\'=ä")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("host", 1, "name")
    assert found["ENGINE"] == "channels_lts.postgresql"


def test_a_database_url_without_a_password_leaves_it_to_pgpassword():
    # By libpq itself, which reads it where nobody gives it another.
    assert setting("DATABASES['default']['PASSWORD']", DATABASE_URL="postgres://u@h/n") == ""


def test_the_cache_in_redis_holds_no_pickles():
    options = ast.literal_eval(setting("CACHES['default']['OPTIONS']", REDIS_URL="redis://a"))
    assert options["SERIALIZER"] == CACHE_OPTIONS["SERIALIZER"]


def test_a_command_says_in_one_line_that_redis_refuses_the_password(new_redis):  # noqa: F811
    server = new_redis("--requirepass", "hunter2", "--save", "", password="hunter2")
    url = "redis://me:wrong%%40@127.0.0.1:%d/0" % server.port
    use_cache = "from django.core.cache import cache; cache.get('key')"
    for command in (("layer_stats",), ("tell", "news"), ("shell", "-c", use_cache)):
        ended = start(command, REDIS_URL=url)
        line = ended.stdout.splitlines()[-1]
        assert ended.returncode == 1 and "Traceback" not in ended.stdout
        assert line.startswith("workshop: Redis at ")
        assert "127.0.0.1:%d" % server.port in line
        assert line.endswith("refuses the password of user me")
        assert "wrong" not in ended.stdout


@pytest.mark.parametrize("command, environment", [
    (("tell", "news"), {}),
    (("tell", "news"), {"CHANNEL_LAYER": "stock"}),
    (("layer_stats",), {}),
    (("layer_stats",), {"REDIS_SENTINELS": "127.0.0.1:1"}),
], ids=str)
def test_a_command_says_in_one_line_that_redis_is_away(command, environment):
    ended = start(command, REDIS_URL="redis://127.0.0.1:1/0", **environment)
    line, = ended.stdout.splitlines()
    assert ended.returncode == 1 and line.startswith("workshop: Redis ")


def test_the_settings_of_a_site_that_runs_are_taken_while_it_does(tmp_path, monkeypatch):
    path = tmp_path / "running.json"
    monkeypatch.setattr(os, "environ", {"PORT": "1"})
    load_running(str(path))  # which isn't there
    path.write_text('{"PORT": "2", "REDIS_URL": "redis://a"}')
    load_running(str(path))
    assert os.environ == {"PORT": "1"}
    with path.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        load_running(str(path))
    assert os.environ == {"PORT": "1", "REDIS_URL": "redis://a"}


def setting(name, **environment):
    code = ("import channels_lts.compat; from django.conf import settings; "
            "print(settings.%s)" % name)
    return subprocess.check_output(  # without the apps, which take a second
        [sys.executable, "-c", code], env=whole(environment), stderr=subprocess.STDOUT,
        universal_newlines=True, timeout=60).strip()


@pytest.mark.parametrize("debug,access", [("0", "False"), ("1", "True")])
def test_access_is_open_by_default_only_in_development(debug, access):
    assert setting("OPEN_ACCESS", DEBUG=debug) == access


@pytest.mark.parametrize("name", [
    "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS"])
def test_https_holds_for_cookies_and_pages(name):
    assert setting(name, HTTPS="1") not in ("False", "0")
    assert setting(name) in ("False", "0")


def test_https_holds_for_answers_that_no_middleware_sees():
    name = "CHANNELS_LTS['RESPONSE_HEADERS'].get('Strict-Transport-Security')"
    assert (setting(name, HTTPS="1"), setting(name)) == ("max-age=31536000", "None")


def test_two_sites_on_one_redis_do_not_meet():
    prefixes = {setting("CHANNEL_LAYERS['default']['CONFIG']['prefix']",
                        REDIS_URL="redis://localhost/0", SECRET_KEY=key) for key in ("a", "b")}
    assert len(prefixes) == 2


def test_a_membership_outlives_its_socket():
    procfile = open("Procfile").read()
    assert "--websocket_timeout %s " % setting("WEBSOCKET_TIMEOUT") in procfile
    layer = "CHANNEL_LAYERS['default']['CONFIG']['group_expiry'] > settings.WEBSOCKET_TIMEOUT"
    assert setting(layer, REDIS_URL="redis://localhost/0") == "True"


def test_an_empty_setting_is_the_default():
    assert start(PORT="", WEB_CONCURRENCY="").returncode == 0


def test_the_least_that_production_sets_starts():
    ended = start()
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize("environment, backend", [
    ({"CHANNEL_LAYER": "ipc"}, "channels_lts.caches.SharedFileCache"),
    ({"CHANNEL_LAYER": "ipc", "REDIS_URL": "redis://a"}, "django_redis.cache.RedisCache"),
    ({"REDIS_SENTINELS": "a:26379", "REDIS_URL": "redis://a"}, "django_redis.cache.RedisCache"),
    ({"REDIS_SENTINELS": "a:26379", "REDIS_SERVICES": "a"}, "django_redis.cache.RedisCache"),
    ({}, "django.core.cache.backends.locmem.LocMemCache"),
])
def test_processes_that_share_a_layer_share_a_cache(environment, backend):
    assert setting("CACHES['default']['BACKEND']", **environment) == backend


def test_a_cache_in_memory_holds_what_many_sockets_leave_there():
    code = ("from django.core.cache import cache; keys = list(map(str, range(5000))); "
            "cache.set_many(dict.fromkeys(keys, 1)); print(len(cache.get_many(keys)))")
    assert start(("shell", "-c", code)).stdout.strip() == "5000"


def test_two_sites_on_one_host_do_not_meet():
    places = {setting("CACHES['default']['LOCATION']", CHANNEL_LAYER="ipc", SECRET_KEY=key)
              for key in ("a", "b")}
    assert len(places) == 2


def test_the_names_of_shared_memory_are_short_enough_for_macos():
    prefix = setting("CHANNEL_LAYERS['default']['CONFIG']['prefix']", CHANNEL_LAYER="ipc")
    assert len("/%s-messages" % prefix) <= 30


@pytest.mark.parametrize("environment,backend,hosts", [
    ({}, "asgiref.inmemory.ChannelLayer", None),
    ({"REDIS_URL": "redis://a,redis://b"},
     "channels_lts.layers.redis.RedisChannelLayer", ["redis://a", "redis://b"]),
    ({"REDIS_URL": "redis://a", "CHANNEL_LAYER": "stock"},
     "asgi_redis.RedisChannelLayer", ["redis://a"]),
    ({"REDIS_SENTINELS": "a:26379", "REDIS_URL": "redis://cache"},
     "channels_lts.layers.redis.RedisSentinelChannelLayer", [("a", 26379)]),
    ({"REDIS_SENTINELS": "a:26379", "REDIS_URL": "redis://cache", "CHANNEL_LAYER": "stock"},
     "asgi_redis.RedisSentinelChannelLayer", [("a", 26379)]),
    ({"REDIS_URL": "redis://a", "CHANNEL_LAYER": "memory"}, "asgiref.inmemory.ChannelLayer", None),
    ({"CHANNEL_LAYER": "memory"}, "asgiref.inmemory.ChannelLayer", None),
    ({"CHANNEL_LAYER": "ipc"}, "channels_lts.layers.ipc.IPCChannelLayer", None),
    ({"REDIS_URL": "redis://a", "CHANNEL_LAYER": "redis"},
     "channels_lts.layers.redis.RedisChannelLayer", ["redis://a"]),
])
def test_the_environment_chooses_the_channel_layer(environment, backend, hosts):
    layer = ast.literal_eval(setting("CHANNEL_LAYERS['default']", **environment))
    assert layer["BACKEND"] == backend
    assert layer.get("CONFIG", {}).get("hosts") == hosts


UNREACHABLE = "postgres://somebody:secret@127.0.0.1:1/workshop"


def test_a_database_that_is_away_is_told_in_one_line():
    ended = start(("migrate",), DATABASE_URL=UNREACHABLE)
    assert ended.returncode == 1
    line, = ended.stdout.splitlines()
    assert line.startswith("workshop: the database says: ") and "refused" in line


def test_where_in_the_code_is_told_on_demand():
    ended = start(("migrate", "--traceback"), DATABASE_URL=UNREACHABLE)
    assert ended.returncode == 1
    assert ended.stdout.startswith("Traceback")
