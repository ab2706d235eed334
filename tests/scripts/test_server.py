"""script/server, really run: what stops it with one line, and that nothing of it is left."""
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import uuid
from types import SimpleNamespace

import pytest
import redis

from channels_lts.redis import ConnectionPool, with_credentials

from ..channels_lts.layers import ipc
from ..conftest import need
from ..support.waiting import wait_for
from . import checkout

# Of script/, by the path that checkout adds.
import environment  # isort:skip
import processes  # isort:skip
import services  # isort:skip

READY = re.compile(r"Workshop is ready at (http://127\.0\.0\.1:\d+/)")
SECONDS = 90


@pytest.fixture
def environ(tmp_path):
    """The developer's environment, with a database, a Redis and a port of the test's own."""
    need(environment.is_ready(), "script/server would install packages first: run script/bootstrap")
    venv = {name: os.environ[name] for name in ["WORKSHOP_VENV"] if name in os.environ}
    return {
        **venv,
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "DEBUG": "1",
        "SECRET_KEY": "only for tests",
        "DATABASE_URL": "sqlite:///%s" % (tmp_path / "db.sqlite3"),
        "REDIS_URL": "redis://127.0.0.1:%d/0" % processes.free_port(),
        "PORT": str(processes.free_port()),
    }


PATIENT = SimpleNamespace(wait_until=wait_for)  # in the place of processes.Signals


class Listener:
    """Something that has a port and isn't Redis."""

    def __enter__(self):
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(5)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.answer, daemon=True).start()
        return self

    def answer(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(1)
                try:
                    if connection.recv(100):
                        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                except OSError:
                    continue

    def __exit__(self, *error):
        self.socket.close()


def assert_one_line(environ, *parts):
    result = checkout.run(["script/server"], environ)
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1, result.stderr
    assert result.stderr.startswith("script/server: ")
    for part in parts:
        assert part in result.stderr


def test_a_taken_port_is_one_line(environ):
    with Listener() as taken:
        assert_one_line(dict(environ, PORT=str(taken.port)), "port %d is taken" % taken.port)


def test_a_port_that_is_no_number_is_one_line(environ):
    assert_one_line(dict(environ, PORT="http"), "PORT is 'http'")


def test_a_distant_redis_that_does_not_answer_is_one_line_without_its_password(environ):
    url = "redis://:sesame@nowhere.invalid:6379/0"
    assert_one_line(dict(environ, REDIS_URL=url),
                    "no Redis answers at REDIS_URL redis://***@nowhere.invalid:6379/0\n")


def test_a_redis_url_with_something_else_behind_it_is_one_line(environ):
    with Listener() as stranger:
        url = "redis://127.0.0.1:%d/0" % stranger.port
        assert_one_line(dict(environ, REDIS_URL=url), url, "isn't Redis")


def test_a_redis_that_refuses_the_password_is_one_line_without_it(environ):
    port = processes.free_port()
    with services.running_redis(print, PATIENT, "127.0.0.1", port, "owner", "sesame/@"):
        url = "redis://owner:wrong%%2F@127.0.0.1:%d/0" % port
        assert_one_line(dict(environ, REDIS_URL=url),
                        "Redis at 127.0.0.1:%d refuses the password of user owner\n" % port)


def test_a_password_that_is_not_encoded_is_one_line_without_it(environ):
    assert_one_line(dict(environ, REDIS_URL="redis://:sesame/@127.0.0.1:6379/0"),
                    "REDIS_URL has an entry that isn't a URL")


@pytest.mark.parametrize("user", ["", "owner"])
def test_a_redis_is_started_with_the_password_of_its_url_and_a_bound(user):
    port, password = processes.free_port(), "/ @%:#?&+\"\\'="
    with services.running_redis(print, PATIENT, "127.0.0.1", port, user, password, "50mb"):
        url = with_credentials("redis://127.0.0.1:%d/0" % port, user, password)
        assert services.ask_redis(url) == "answers"
        client = redis.StrictRedis(connection_pool=ConnectionPool.from_url(url))
        found = client.config_get("maxmemory*")
        assert (found["maxmemory"], found["maxmemory-policy"]) == (str(50 * 2 ** 20), "noeviction")
        with pytest.raises(processes.Problem, match="wants a password, and none is set"):
            services.ask_redis("redis://127.0.0.1:%d/0" % port)


def test_a_bound_for_redis_that_is_none_is_one_line(environ):
    assert_one_line(dict(environ, REDIS_MAXMEMORY="much"), "REDIS_MAXMEMORY is 'much'")


def test_the_layer_for_one_process_is_one_line(environ):
    assert_one_line(dict(environ, CHANNEL_LAYER="memory"), "CHANNEL_LAYER is memory")


def test_a_bad_setting_is_one_line(environ):
    assert_one_line(dict(environ, OPEN_ACCESS="maybe"), "script/server: OPEN_ACCESS is 'maybe'")


def test_a_database_that_does_not_answer_is_one_line(environ):
    url = "postgres://nobody@127.0.0.1:%d/nothing" % processes.free_port()
    assert_one_line(dict(environ, DATABASE_URL=url), "database", "Connection refused")


class Server:
    """A running script/server and what it prints."""

    def __init__(self, environ):
        self.lines, self.output = queue.Queue(), []
        # A separate session, as a terminal gives it: the signal goes to the whole group.
        self.process = subprocess.Popen(
            ["script/server"], env=environ, cwd=checkout.ROOT, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            universal_newlines=True,
            # A suite under nohup would hand down that SIGHUP is to be ignored.
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL))
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def wait_for(self, *patterns):
        """Reads until each pattern has been printed once."""
        missing, end = list(patterns), time.monotonic() + SECONDS
        while missing:
            line = self.lines.get(timeout=max(0, end - time.monotonic()))
            assert line is not None, "".join(self.output)
            self.output.append(line)
            missing = [pattern for pattern in missing if not re.search(pattern, line)]

    def family(self):
        return processes.descendants(self.process.pid)

    def end(self):
        """Whatever the test has shown, nothing is left running."""
        processes.kill_remaining(self.family())
        self.process.kill()
        self.process.wait()


@pytest.fixture
def server(environ):
    running = Server(environ)
    yield running
    running.end()


WORKING = (r"^Demo accounts: admin/admin \(superuser\), alice/alice, bob/bob$", READY.pattern,
           r"web\.1 +\| .*Listening") + tuple(
    r"%s\.%d +\| .*Listening" % each
    for each in (("worker", 1), ("worker", 2), ("background", 1), ("delay", 1)))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_of_it(server, environ, number):
    server.wait_for("^script/server: started a Redis at %s$" % environ["REDIS_URL"], *WORKING)
    family = server.family()
    commands = [command_of(pid) for pid in family]
    for part in ("redis-server", "procfile.py", "daphne", "runworker", "rundelay"):
        assert any(part in command for command in commands), commands
    os.killpg(server.process.pid, number)
    assert server.process.wait(SECONDS) == 128 + number
    assert not set(family.items()) & alive()
    for port in (environ["PORT"], environ["REDIS_URL"].split(":")[2].split("/")[0]):
        assert not processes.is_taken("127.0.0.1", int(port))


def pids_of(family, part):
    return [pid for pid in family if part in command_of(pid)]


def test_commands_find_the_site_that_runs_and_its_workers_are_told_apart(server, environ):
    server.wait_for(*WORKING)
    bare = {name: environ[name] for name in ("PATH", "HOME")}
    told = checkout.run([environment.VENV_PYTHON, "manage.py", "tell", "hello"], bare)
    assert told.stdout == "told as number 1\n", told.stderr
    pattern, = re.findall(r'pkill -f "\$\(pwd -P\)/\.venv/(.*?)"', checkout.read("README.md"))
    home = os.path.join(os.path.realpath(environment.ROOT), os.path.basename(environment.VENV))
    assert len(pids_of(server.family(), os.path.join(home, pattern))) == 3
    os.killpg(server.process.pid, signal.SIGTERM)
    server.process.wait(SECONDS)
    late = checkout.run([environment.VENV_PYTHON, "manage.py", "tell", "hello"], bare)
    assert "reaches no other process" in late.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_workers_and_the_delay_process_are_started_again_when_they_end(server, number):
    server.wait_for(*WORKING)
    family = server.family()
    workers = pids_of(family, "manage.py runworker") + pids_of(family, "manage.py rundelay")
    assert len(workers) == 4
    for pid in workers:
        os.kill(pid, number)
    server.wait_for(*WORKING[3:])
    assert server.process.poll() is None


def test_on_shared_memory_no_redis_is_started(environ):
    environ.update(CHANNEL_LAYER="ipc", REDIS_URL="", SECRET_KEY=uuid.uuid4().hex)
    site = ipc.site_of(environ["SECRET_KEY"])
    server = Server(environ)
    try:
        server.wait_for(*WORKING)
        assert pids_of(server.family(), "redis-server") == []
        os.killpg(server.process.pid, signal.SIGTERM)
        assert server.process.wait(SECONDS) == 128 + signal.SIGTERM
    finally:
        server.end()
        ipc.forget(site)
        shutil.rmtree("/tmp/%s-cache" % site)


def test_the_end_of_the_web_process_ends_the_others(server):
    server.wait_for(*WORKING)
    family = server.family()
    os.kill(pids_of(family, "bin/daphne")[0], signal.SIGKILL)
    assert server.process.wait(SECONDS) == 1
    assert not set(family.items()) & alive()
    server.wait_for("^script/server: a process ended by itself")


def alive():
    return {(pid, born) for pid, (parent, born) in processes.identities().items()}


def command_of(pid):
    return subprocess.check_output(
        ["ps", "-p", str(pid), "-o", "args="], universal_newlines=True).strip()
