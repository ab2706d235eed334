"""
The part of script/server that runs in .venv: Redis, the database, and the Procfile's processes
under honcho, until Ctrl-C.
"""
import contextlib
import fcntl
import json
import os
import re
import subprocess
import sys
import threading
import time

import environment
import healthcheck
import processes
import redis_servers
import services
from dotenv import load_dotenv
from processes import Interrupted, Problem, Signals

from channels_lts.redis import parse, redact  # found through redis_servers

DEFAULT_REDIS = "redis://127.0.0.1:6379/0"
RUNNING = os.path.join(environment.ROOT, ".running.json")
# What identifies the processes of one site.
OF_THE_SITE = ("SECRET_KEY", "DATABASE_URL", "CHANNEL_LAYER", "REDIS_URL", "REDIS_USERNAME",
               "REDIS_PASSWORD", "REDIS_SENTINELS", "REDIS_ENCRYPTION_KEYS")
PREPARE_LOG = os.path.join(environment.VENV, "prepare.log")
NAME_WIDTH = len("background.1")  # the longest name that honcho prints
STOP_SECONDS = 12  # honcho itself kills what is still running 5 seconds after its SIGTERM
DRAIN_LIMIT = "2"  # for daphne: its workers end with it, and answer nothing any more

say = services.say_as("script/server")
is_started = threading.Event()


def number(name, default, maximum):
    value = os.environ.get(name) or default
    if not value.isdigit() or not 1 <= int(value) <= maximum:
        raise Problem("%s is %r; it must be a number from 1 to %d" % (name, value, maximum))
    return int(value)


def write_redis_line(line):
    """
    Written like honcho's lines for its processes, but not before them: a failed start is one line.
    """
    if is_started.is_set():
        write("%s %s | %s\n" % (time.strftime("%H:%M:%S"), "redis".ljust(NAME_WIDTH), line))


def write(text):
    """In one call, so that it can't end up in the middle of a line of honcho's."""
    sys.stdout.flush()
    with contextlib.suppress(OSError):
        os.write(sys.stdout.fileno(), text.encode())


def provide_redis(stack, signals):
    """
    Makes sure that each Redis in REDIS_URL answers, and sets REDIS_URL if it is missing. Returns
    what to print about it when the site starts.
    """
    if os.environ.get("CHANNEL_LAYER") == "memory":
        raise Problem("CHANNEL_LAYER is memory, which serves one process only: "
                      "unset it, or use manage.py runserver")
    if os.environ.get("REDIS_SENTINELS"):
        return []
    if os.environ.get("CHANNEL_LAYER") == "ipc" and not os.environ.get("REDIS_URL"):
        return []
    given = os.environ.get("REDIS_URL")
    if not given:
        os.environ["REDIS_URL"] = DEFAULT_REDIS
        if services.ask_redis(DEFAULT_REDIS) == "stranger":
            os.environ["REDIS_URL"] = "redis://127.0.0.1:%d/0" % processes.free_port()
            say("something that isn't Redis has port 6379; using %s" % os.environ["REDIS_URL"])
    try:
        return [provide_one_redis(url, stack, signals) for url in redis_servers.urls()]
    except ValueError as error:
        raise Problem("REDIS_URL has an entry that %s; one is such as %s" % (error, DEFAULT_REDIS))


def provide_one_redis(url, stack, signals):
    server, state, shown = parse(url), services.ask_redis(url), redact(url)
    if state == "answers":
        return "using the Redis at %s" % shown
    if state == "stranger":
        raise Problem("what answers at REDIS_URL %s isn't Redis" % shown)
    if not url.startswith("redis:") or server["host"] not in services.LOCAL:
        raise Problem("no Redis answers at REDIS_URL %s" % shown)
    stack.enter_context(services.running_redis(
        say, signals, "127.0.0.1", server["port"], server.get("username"), server.get("password"),
        maxmemory(), write_redis_line))
    return "started a Redis at %s" % shown


def maxmemory():
    """Our own Redis's memory limit: messages beyond it are refused."""
    value = os.environ.get("REDIS_MAXMEMORY") or "512mb"
    if not re.match(r"\d+([kmg]b?)?\Z", value, re.IGNORECASE):
        raise Problem("REDIS_MAXMEMORY is %r; it must be such as 512mb" % value)
    return value


@contextlib.contextmanager
def settings_for_commands():
    """
    The settings for manage.py in this checkout meanwhile (workshop/environment.py). If several
    sites run in one checkout, the first one's.
    """
    descriptor = os.open(RUNNING, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield
            return
        stream.truncate(0)
        json.dump({name: os.environ.get(name, "") for name in OF_THE_SITE}, stream)
        stream.flush()
        try:
            yield
        finally:
            os.unlink(RUNNING)


def prepare(signals):
    """Migrates and loads the demo data. Returns whether DEBUG is on."""
    with open(PREPARE_LOG, "wb") as log:
        process = processes.start([sys.executable, "script/prepare.py"],
                                  stdout=subprocess.PIPE, stderr=log)
        try:
            signals.wait_until(lambda: process.poll() is not None)
        finally:
            processes.end(process, timeout=5)
    if process.returncode:
        raise Problem(prepare_problem())
    return process.stdout.read().split()[-1:] == [b"debug"]


def prepare_problem():
    with open(PREPARE_LOG, errors="replace") as log:
        lines = [line.strip() for line in log if line.strip() and not line[0].isspace()]
    if not lines:
        return "the database can't be prepared; no reason given"
    ours = re.match(r"workshop: (.*)", lines[-1])
    if ours:
        return ours.group(1)
    # The exception's own name is enough: "django.db.utils.OperationalError: …"
    return "the database can't be prepared: %s (all of it: %s)" % (
        re.sub(r"^[\w.]*\.(\w+: )", r"\1", lines[-1]),
        os.path.relpath(PREPARE_LOG, environment.ROOT))


def announce(port, is_debug, is_over):
    """Prints the address once a request has gone all the way to a worker and the database."""
    start = time.monotonic()
    problem, is_late = "", False
    while not is_over.is_set():
        problem = healthcheck.web(port)
        if problem is None:
            accounts = ("Demo accounts: admin/admin (superuser), alice/alice, bob/bob\n"
                        if is_debug else "")
            write("\nWorkshop is ready at http://127.0.0.1:%d/ (Ctrl-C ends it)\n%s\n" % (
                port, accounts))
            return
        if not is_late and time.monotonic() - start > 20:
            is_late = True
            write("script/server: still not ready: %s\n" % problem)
        is_over.wait(0.1)


def run(signals):
    load_dotenv(os.path.join(environment.ROOT, ".env"))
    port = number("PORT", "8000", 65535)
    workers = number("WEB_CONCURRENCY", "2", 1024)
    bind = os.environ.setdefault("BIND", "127.0.0.1")
    os.environ.setdefault("DRAIN_LIMIT", DRAIN_LIMIT)
    if processes.is_taken(bind, port):
        raise Problem("port %d is taken; choose another one: PORT=%d script/server" % (
            port, processes.free_port()))
    os.environ["PORT"] = str(port)
    os.environ["PYTHONUNBUFFERED"] = "1"
    os.environ["PATH"] = os.path.dirname(environment.VENV_PYTHON) + os.pathsep + os.environ["PATH"]
    with contextlib.ExitStack() as stack:
        facts = provide_redis(stack, signals)
        stack.enter_context(settings_for_commands())
        is_debug = prepare(signals)
        for fact in facts:  # only now: a failed start is one line
            say(fact)
        is_over = threading.Event()
        stack.callback(is_over.set)
        honcho = processes.start([sys.executable, "script/procfile.py", str(workers)])
        stack.callback(processes.end, honcho, STOP_SECONDS)
        is_started.set()
        threading.Thread(target=announce, args=(port, is_debug, is_over), daemon=True).start()
        signals.wait_until(lambda: honcho.poll() is not None)
        raise Problem("a process ended by itself, for the reason above; the others were ended too")


def main():
    signals = Signals()
    try:
        run(signals)
    except Interrupted:
        return 128 + signals.number
    except Problem as problem:
        say(problem, sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
