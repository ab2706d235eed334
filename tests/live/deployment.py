"""
The deployment as it runs in production: daphne, workers, Redis and a database, each a process.
"""
import contextlib
import os
import re
import sqlite3
import subprocess
import sys
import uuid
from collections import deque

import redis
import requests

from tests.support import ROOT

from ..support import forks
from ..support.ports import free_port
from ..support.waiting import wait_for

DAPHNE = os.path.join(os.path.dirname(sys.executable), "daphne")


class Process(object):
    """A child process with its output in a file, ended by its pid. Python scripts are forked."""

    start = staticmethod(forks.start)

    def __init__(self, name, command, environment, folder, cwd=ROOT):
        self.log = os.path.join(str(folder), name + ".log")
        self.child = self.start(command, environment, self.log, str(cwd))

    def text(self):
        with open(self.log, encoding="utf8", errors="replace") as log:
            return log.read()

    def cpu_seconds(self):
        """CPU time used so far, user and system, by all threads."""
        with open("/proc/%d/stat" % self.child.pid) as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self):
        self.child.kill()
        self.child.wait(15)


class CommandLine(Process):
    """Started by a new interpreter, as from a shell."""

    start = staticmethod(forks.popen)


# The processes besides web and workers, as in the Procfile.
COMMANDS = {
    "background": ["runworker", "--only-channels=primer.work"],
    "delay": ["rundelay"],
    "listener": ["runlistener"],
}


class FirstDatabase(object):
    """A new SQLite database with its tables and the demo rows, made once and copied then."""

    copy = None

    def keep(self, path):
        self.copy = sqlite3.connect(":memory:", check_same_thread=False)
        with contextlib.closing(sqlite3.connect(path)) as database:
            database.backup(self.copy)

    def put(self, path):
        with contextlib.closing(sqlite3.connect(path)) as database:
            self.copy.backup(database)


first_database = FirstDatabase()

# Two deployments in one Redis database would take each other's messages. 0 is for other tests.
free_databases = deque(range(1, 16))


class Deployment(object):
    process_class = Process

    def __init__(self, folder, redis_url, database_url=None, workers=2, beside=(), **environment):
        """
        `beside`: names of COMMANDS to run too; with "background", the workers leave its channel to
        it. `environment`: in addition to what all deployments have.
        """
        self.folder = folder
        self.port = free_port()
        self.url = "http://127.0.0.1:%d" % self.port
        self.database = free_databases.popleft()
        redis_url = "%s/%d" % (redis_url.rsplit("/", 1)[0], self.database)
        self.redis = redis.StrictRedis.from_url(redis_url)
        self.environment = dict(
            os.environ, DJANGO_SETTINGS_MODULE="workshop.settings", DEBUG="1",
            SECRET_KEY="only for tests", OPEN_ACCESS="1", REDIS_URL=redis_url,
            ALLOWED_HOSTS="127.0.0.1", CHANNEL_LAYER="", PYTHONUNBUFFERED="1",
            DATABASE_URL=database_url or "sqlite:///%s/db.sqlite3" % folder)
        self.database_file = None if database_url else "%s/db.sqlite3" % folder
        self.environment.update(environment)
        self.worker_count = workers
        self.worker_options = (
            ["--exclude-channels=primer.work"] if "background" in beside else [])
        self.workers = []
        self.beside = dict.fromkeys(beside)
        self.started = 0
        self.daphne = None
        self.daphne_options = []

    def start(self):
        if self.environment["REDIS_URL"]:
            self.redis.flushdb()
        self.make_database()
        self.start_daphne()
        self.start_workers()
        for name in self.beside:
            self.start_beside(name)
        wait_for(self.is_healthy, seconds=90, what="a healthy start: " + self.daphne.text())
        return self

    def make_database(self):
        """With its tables and the demo rows."""
        if self.database_file and first_database.copy:
            first_database.put(self.database_file)
            return
        self.manage("migrate")
        self.manage("demo")
        if self.database_file:
            first_database.keep(self.database_file)

    def stop(self):
        for process in self.processes():
            process.stop()
        if self.database not in free_databases:
            free_databases.append(self.database)

    def processes(self):
        every = self.workers + list(self.beside.values()) + [self.daphne]
        return [process for process in every if process]

    def manage(self, *arguments):
        """A command's output. Raises subprocess.CalledProcessError."""
        command = [sys.executable, "manage.py"] + list(arguments)
        process = self.process_class(
            "manage-%s" % uuid.uuid4().hex, command, self.environment, self.folder)
        status = process.child.wait()
        if status:
            raise subprocess.CalledProcessError(status, command, process.text())
        return process.text()

    def start_daphne(self):
        command = [DAPHNE, "-b", "127.0.0.1", "-p", str(self.port)]
        self.daphne = self.process_class(
            "daphne", command + self.daphne_options + ["workshop.asgi:channel_layer"],
            self.environment, self.folder)

    def start_workers(self):
        missing = range(self.worker_count - len(self.workers))
        self.workers += self.start_listening(
            *[("worker", ["runworker"] + self.worker_options) for _ in missing])

    def start_beside(self, name, *options):
        self.beside[name], = self.start_listening((name, COMMANDS[name] + list(options)))
        return self.beside[name]

    def start_listening(self, *named_commands):
        """Starts them at one time, and waits until they all listen."""
        processes = []
        try:
            for name, command in named_commands:
                self.started += 1
                processes.append(self.process_class(
                    "%s%d" % (name, self.started), [sys.executable, "manage.py"] + command,
                    self.environment, self.folder))
            for process in processes:
                wait_for(lambda: "Listening on" in process.text(), seconds=90,
                         what="a start: " + process.log)
        except BaseException:
            for process in processes:
                process.stop()
            raise
        return processes

    def is_healthy(self):
        try:
            return requests.get(self.url + "/healthz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def forget_limits(self):
        """Nobody has done anything too often: all sockets here come from one address."""
        for key in self.redis.scan_iter("*:limit:*"):
            self.redis.delete(key)

    def logs(self):
        return "\n".join(process.text() for process in self.processes())


@contextlib.contextmanager
def running(deployment):
    try:
        yield deployment.start()
    finally:
        deployment.stop()


class Browser(object):
    """An HTTP client that keeps its cookies and sends the CSRF token of the last form."""

    def __init__(self, deployment):
        self.deployment = deployment
        self.session = requests.Session()

    def get(self, path):
        return self.session.get(self.deployment.url + path, timeout=20)

    def post(self, path, data, form=None):
        """Submits to `path` with the token of the form at `form` (default: at `path`)."""
        page = self.get(form or path)
        token = re.search(r"name='csrfmiddlewaretoken' value='(\w+)'", page.text).group(1)
        answer = self.session.post(
            self.deployment.url + path, dict(data, csrfmiddlewaretoken=token), timeout=20)
        answer.raise_for_status()
        return answer

    def log_in(self, name):
        return self.post("/accounts/login/", {"username": name, "password": name})

    def log_out(self):
        return self.post("/accounts/logout/", {}, form="/links/")
