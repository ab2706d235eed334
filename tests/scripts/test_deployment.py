"""Facts of the files that deploy the site, which nothing else would notice if they changed."""
import os
import re
import shlex
import shutil
import subprocess

import pytest
import redis
import yaml

from tests.conftest import need

from ..support.waiting import wait_for
from . import checkout

import healthcheck  # isort:skip (of script/, by the path that checkout adds)

COMPOSE = yaml.safe_load(checkout.read("docker-compose.yml"))
SERVICES = COMPOSE["services"]
WORKING = ("web", "worker", "background", "delay", "listener")
OURS = ("migrate",) + WORKING
RUNNING = ("redis", "postgres") + WORKING
SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD")
SPECIAL = "/ @%:#?&+\"\\'=$HOME`ä"


def procfile():
    lines = checkout.read("Procfile").strip().split("\n")
    return dict(line.split(": ", 1) for line in lines)


def command_of_the_image():
    dockerfile = checkout.read("Dockerfile").replace("\\\n", "")
    return re.search(r"^CMD (.*)", dockerfile, re.M).group(1)


@pytest.fixture
def arguments_of_daphne(tmp_path):
    """What a command would start daphne with, in this environment."""
    checkout.make_command(tmp_path / "bin", "daphne", 'printf "%s\\n" "$@"')

    def find(command, **environ):
        result = checkout.run([shutil.which("sh"), "-c", command],
                              dict(environ, PATH=str(tmp_path / "bin")))
        assert result.stderr == ""
        return result.stdout.splitlines()
    return find


# docker-compose.yml

def test_every_published_port_is_on_the_loopback_address():
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    for port in ports:
        assert port.startswith(("127.0.0.1:", "${NGINX_BIND:-127.0.0.1}:"))


def test_the_site_alone_is_published():
    assert [name for name, service in SERVICES.items() if service.get("ports")] == ["web", "nginx"]


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_has_no_default(name):
    uses = re.findall(r"\$\{?%s[^}]*\}?" % name, checkout.read("docker-compose.yml"))
    assert uses
    for use in uses:
        assert use.startswith("${%s:?" % name)


@pytest.fixture
def redis_of_compose(tmp_path):
    """The Redis service's own command, on a socket: a client by password."""
    need(shutil.which("redis-server"), "redis-server isn't installed")
    path = str(tmp_path / "redis.sock")
    # Not the image's: this one adds a place to listen at.
    checkout.make_command(tmp_path / "bin", "docker-entrypoint.sh", 'exec "$@" --port 0 '
                          "--unixsocket %s" % path)
    process = subprocess.Popen(
        [part.replace("$$", "$") for part in SERVICES["redis"]["command"]], cwd=str(tmp_path),
        stdout=subprocess.DEVNULL, env={
            "PATH": str(tmp_path / "bin") + os.pathsep + os.environ["PATH"],
            "REDISCLI_AUTH": SPECIAL, "REDIS_MAXMEMORY": "100mb"})
    wait_for(lambda: os.path.exists(path), what="a Redis")
    yield lambda password: redis.StrictRedis(unix_socket_path=path, password=password), process.pid
    process.kill()
    process.wait(10)


def test_redis_has_the_password_and_a_bound_and_ps_shows_neither(redis_of_compose):
    client, pid = redis_of_compose
    found = client(SPECIAL).config_get("*")
    assert found["maxmemory"] == str(100 * 2 ** 20)
    assert (found["maxmemory-policy"], found["save"], found["appendonly"]) == (
        "noeviction", "", "no")
    for password in (None, "", "wrong"):
        with pytest.raises(redis.RedisError):
            client(password).get("key")
    with open("/proc/%d/cmdline" % pid, "rb") as stream:
        assert SPECIAL.encode() not in stream.read()


def test_redis_gets_its_password_and_its_bound_from_the_environment():
    given = SERVICES["redis"]["environment"]
    assert given["REDISCLI_AUTH"].startswith("${REDIS_PASSWORD:?")
    assert given["REDIS_MAXMEMORY"] == "${REDIS_MAXMEMORY:-512mb}"
    assert "-a" not in SERVICES["redis"]["healthcheck"]["test"]


def test_the_passwords_stand_beside_the_urls_and_not_in_them():
    environment = SERVICES["web"]["environment"]
    assert environment["PGPASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    assert environment["REDIS_PASSWORD"].startswith("${REDIS_PASSWORD:?")
    for name in ("DATABASE_URL", "REDIS_URL"):
        assert "$" not in environment[name]


@pytest.mark.parametrize("name", OURS)
def test_debug_and_open_access_are_off(name):
    assert SERVICES[name]["environment"]["DEBUG"] == "0"
    assert SERVICES[name]["environment"]["OPEN_ACCESS"] == "0"


def test_all_of_ours_have_the_same_environment():
    first, *others = (SERVICES[name]["environment"] for name in OURS)
    assert all(other == first for other in others)
    behind_nginx = dict(first, DAPHNE_OPTIONS="--proxy-headers")
    assert SERVICES["web2"] == dict(
        SERVICES["web"], environment=behind_nginx, ports=[], profiles=["nginx"])


@pytest.mark.parametrize("name", RUNNING)
def test_a_running_service_is_restarted_and_checked(name):
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_the_database_is_migrated_once_and_first():
    assert SERVICES["migrate"]["restart"] == "no"
    assert SERVICES["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    for name in WORKING:
        condition = SERVICES[name]["depends_on"]["migrate"]["condition"]
        assert condition == "service_completed_successfully"


def test_there_are_two_workers_and_one_of_the_others():
    replicas = {name: SERVICES[name]["deploy"]["replicas"] for name in WORKING[1:]}
    assert replicas == {"worker": 2, "background": 1, "delay": 1, "listener": 1}


@pytest.mark.parametrize("name", WORKING[1:])
def test_a_service_runs_what_the_procfile_does(name):
    assert SERVICES[name]["command"] == procfile()[name].split()


# Dockerfile

def stages():
    """{name: text} of the Dockerfile; the last has no name."""
    found = re.findall(r"^FROM (\S+)(?: AS (\S+))?$((?:\n(?!FROM ).*)*)",
                       checkout.read("Dockerfile"), re.M)
    return {name: base + text for base, name, text in found}


@pytest.mark.parametrize("stage, user", [("site", "10001:10001"), ("nginx", "nginx")])
def test_no_image_runs_as_root(stage, user):
    assert re.findall(r"^USER (.*)", stages()[stage], re.M) == [user]


def test_the_image_is_the_site_unless_another_is_asked_for():
    assert stages()[""].strip() == "site"


def test_the_image_has_no_secret():
    assert not re.search(r"^(ENV|ARG).*(KEY|PASSWORD)", checkout.read("Dockerfile"), re.M)
    assert {".env", ".env.*", ".git"} <= set(checkout.read(".dockerignore").split("\n"))


def test_both_stages_of_the_image_are_of_the_python_that_is_asked_for():
    text = checkout.read("Dockerfile")
    newest = re.search(r"^ARG PYTHON_VERSION=(.+)$", text, re.M).group(1)
    assert re.findall(r"^FROM (python\S+)", text, re.M) == [
        "python:${PYTHON_VERSION}-slim-bookworm"] * 2
    assert 'PYTHON_VERSIONS="%s ' % newest in checkout.read("script", "lib.sh")
    assert SERVICES["web"]["build"]["args"] == {
        "PYTHON_VERSION": "${PYTHON_VERSION:-%s}" % newest}


def test_the_image_has_a_compiler_for_what_is_built_from_source():
    assert "g++" in stages()["packages"] and "packages.py" in stages()["packages"]


def test_no_frontend_is_fetched_to_build_it():
    assert "syntax=" not in checkout.read("Dockerfile")


# Procfile

def test_the_processes_of_the_procfile():
    assert procfile()["worker"] == "python manage.py runworker --exclude-channels=primer.work"
    assert procfile()["background"] == "python manage.py runworker --only-channels=primer.work"
    assert procfile()["delay"] == "python manage.py rundelay"
    assert procfile()["listener"] == "python manage.py runlistener"
    assert procfile()["release"] == "python manage.py migrate --noinput"


def test_the_channels_that_workers_leave_to_the_background_are_those_that_it_takes():
    left = re.search(r"--exclude-channels=(\S+)", procfile()["worker"]).group(1)
    taken = re.search(r"--only-channels=(\S+)", procfile()["background"]).group(1)
    assert left == taken


@pytest.mark.parametrize("options", ["", "--proxy-headers", "--proxy-headers --root-path /x"])
def test_the_image_starts_daphne_as_the_procfile_does(arguments_of_daphne, options):
    of_the_image, of_the_procfile = (
        arguments_of_daphne(command, DAPHNE_OPTIONS=options)
        for command in (command_of_the_image(), procfile()["web"]))
    assert of_the_image == of_the_procfile
    assert of_the_image[-1] == "workshop.asgi:channel_layer"


def test_a_signal_to_the_container_reaches_daphne():
    assert shlex.split(command_of_the_image())[:2] == ["exec", "daphne"]


@pytest.mark.parametrize("environ", [{}, {"DAPHNE_OPTIONS": ""}])
def test_daphne_trusts_no_proxy_by_default(arguments_of_daphne, environ):
    for command in (command_of_the_image(), procfile()["web"]):
        options = arguments_of_daphne(command, **environ)
        assert "--proxy-headers" not in options
        assert "--access-log" in options


def test_daphne_trusts_a_proxy_where_the_environment_says_so(arguments_of_daphne):
    for command in (command_of_the_image(), procfile()["web"]):
        assert "--proxy-headers" in arguments_of_daphne(
            command, DAPHNE_OPTIONS="--proxy-headers")


def test_compose_hands_daphnes_options_on():
    assert SERVICES["web"]["environment"]["DAPHNE_OPTIONS"] == "${DAPHNE_OPTIONS:-}"


def test_a_socket_ends_before_its_membership_in_a_group(settings):
    timeout = int(re.search(r"--websocket_timeout (\d+)", procfile()["web"]).group(1))
    layer = settings.CHANNEL_LAYERS["default"].get("CONFIG", {})
    assert timeout == settings.WEBSOCKET_TIMEOUT
    assert timeout < layer.get("group_expiry", 86400)


# .env.example

def test_every_setting_is_in_the_example():
    text = checkout.read("workshop", "settings.py")
    names = set(re.findall(r"environment\.\w+\(\s*\"([A-Z_]+)\"", text))
    names.discard("")
    assert {"SECRET_KEY", "REDIS_URL", "PORT"} <= names
    example = set(re.findall(r"^#?([A-Z_]+)=", checkout.read(".env.example"), re.M))
    assert names - example == set()


# script/healthcheck.py

@pytest.mark.parametrize("command", ["runworker", "rundelay", "runlistener"])
def test_a_process_is_known_by_its_command(tmp_path, command):
    def runs(*arguments):
        path = tmp_path / "cmdline"
        path.write_text("\0".join(arguments) + "\0")
        return healthcheck.runs(command, str(path))
    assert runs("python", "manage.py", command)
    assert runs("/packages/bin/python3.7", "manage.py", command, "-v2")
    assert not runs("/sbin/docker-init", "--", "python", "manage.py", command)
    assert not runs("python", "manage.py", "migrate")


@pytest.mark.parametrize("name, command", [("worker", "runworker"), ("delay", "rundelay"),
                                           ("listener", "runlistener")])
def test_the_check_says_which_process_is_missing(monkeypatch, name, command):
    monkeypatch.setattr(healthcheck.glob, "glob", lambda pattern: [])
    assert getattr(healthcheck, name)() == "no %s process" % command


def test_a_check_knows_the_password_and_says_when_it_is_wrong(redis_of_compose, monkeypatch):
    client, _ = redis_of_compose
    path = client(SPECIAL).connection_pool.connection_kwargs["path"]
    monkeypatch.setattr(healthcheck, "runs", lambda command, path: True)
    monkeypatch.setenv("REDIS_URL", "unix://" + path)
    monkeypatch.setenv("REDIS_PASSWORD", SPECIAL)
    assert healthcheck.worker() is None
    monkeypatch.setenv("REDIS_PASSWORD", "wrong")
    assert "refuses the password" in healthcheck.worker()


@pytest.mark.parametrize("hosts, header", [
    ("workshop.example.org,127.0.0.1", "workshop.example.org"),
    (".example.org", "example.org"),
    ("*", "localhost"),
    ("", "localhost"),
])
def test_the_web_check_asks_by_a_name_that_the_site_answers_to(monkeypatch, hosts, header):
    monkeypatch.setenv("ALLOWED_HOSTS", hosts)
    assert healthcheck.host_header() == header


def test_the_web_check_says_what_is_wrong():
    import processes
    assert "refused" in healthcheck.web(processes.free_port())


# The scripts

def test_the_scripts_are_executable():
    for path in ("script/bootstrap", "script/server", "script/test", ".ci/run"):
        assert os.access(os.path.join(checkout.ROOT, path), os.X_OK)


@pytest.mark.parametrize("path", ["script/bootstrap", "script/server", "script/test", ".ci/run"])
def test_a_script_has_no_syntax_error(path):
    subprocess.check_call(["bash", "-n", path], cwd=checkout.ROOT)
