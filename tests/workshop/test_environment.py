"""
Settings, started as a process would start them: a bad value ends the start with one line.
"""
import ast
import os
import subprocess
import sys

import pytest

GOOD = {"DEBUG": "0", "SECRET_KEY": "only for tests", "ALLOWED_HOSTS": "example.org"}


def start(command=("check",), **environment):
    return run(("manage.py",) + command, environment)


def run(arguments, environment):
    variables = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "workshop.settings"}
    # Empty ones too, or a .env in the checkout would fill them in.
    for name in ("REDIS_URL", "REDIS_SENTINELS", "CHANNEL_LAYER", "DATABASE_URL"):
        variables[name] = ""
    variables.update(GOOD, **environment)
    return subprocess.run(
        (sys.executable,) + arguments, env=variables, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, universal_newlines=True, timeout=60)


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
    ("REDIS_SENTINELS", "localhost"),
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
def test_sentinels_without_a_redis_for_the_cache_stop_the_start_with_one_line(layer):
    ended = start(REDIS_SENTINELS="localhost:26379", CHANNEL_LAYER=layer)
    assert ended.returncode == 1
    line, = ended.stdout.splitlines()
    assert line.startswith("workshop: REDIS_URL is not set")
    assert "cache" in line and "REDIS_SENTINELS" in line


@pytest.mark.parametrize("layer", ["memory", "ipc"])
def test_sentinels_that_the_layer_does_not_ask_need_no_redis(layer):
    assert start(REDIS_SENTINELS="localhost:26379", CHANNEL_LAYER=layer).returncode == 0


def test_a_bad_database_url_does_not_print_its_password():
    assert "hunter2" not in start(DATABASE_URL="oracleish://me:hunter2@host/name").stdout


def setting(name, **environment):
    code = "from django.conf import settings; print(settings.%s)" % name
    ended = run(("-c", code), environment)  # without the apps, which take a second
    assert ended.returncode == 0, ended.stdout
    return ended.stdout.strip()


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
    ({"CHANNEL_LAYER": "ipc"}, "workshop.caches.SharedFileCache"),
    ({"CHANNEL_LAYER": "ipc", "REDIS_URL": "redis://a"}, "django_redis.cache.RedisCache"),
    ({"REDIS_SENTINELS": "a:26379", "REDIS_URL": "redis://a"}, "django_redis.cache.RedisCache"),
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
     "workshop.layers.RedisChannelLayer", ["redis://a", "redis://b"]),
    ({"REDIS_URL": "redis://a", "CHANNEL_LAYER": "stock"},
     "asgi_redis.RedisChannelLayer", ["redis://a"]),
    ({"REDIS_SENTINELS": "a:26379", "REDIS_URL": "redis://cache"},
     "workshop.layers.RedisSentinelChannelLayer", [("a", 26379)]),
    ({"REDIS_SENTINELS": "a:26379", "REDIS_URL": "redis://cache", "CHANNEL_LAYER": "stock"},
     "asgi_redis.RedisSentinelChannelLayer", [("a", 26379)]),
    ({"REDIS_URL": "redis://a", "CHANNEL_LAYER": "memory"}, "asgiref.inmemory.ChannelLayer", None),
    ({"CHANNEL_LAYER": "memory"}, "asgiref.inmemory.ChannelLayer", None),
    ({"CHANNEL_LAYER": "ipc"}, "workshop.layers.ipc.IPCChannelLayer", None),
    ({"REDIS_URL": "redis://a", "CHANNEL_LAYER": "redis"},
     "workshop.layers.RedisChannelLayer", ["redis://a"]),
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
