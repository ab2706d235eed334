"""A project that knows nothing of this repository, run by real processes."""
import contextlib
import os
import shutil
import sys

import redis
import requests

from tests.live.deployment import ROOT, Process, free_databases

from ..support.ports import free_port
from ..support.waiting import wait_for

HERE = os.path.dirname(os.path.abspath(__file__))


class Project:
    """
    A project in a folder beside this file, on daphne and its worker. `settings`, `asgi`: names of
    its modules. Of this repository it only sees the engine, which is installed in its own
    `python`.
    """

    daphne_options = ()

    def __init__(self, name, folder, redis_url, settings="settings", asgi="asgi",
                 python=sys.executable):
        self.python = python
        self.folder = str(folder)
        self.path = os.path.join(self.folder, "project")
        shutil.copytree(os.path.join(HERE, name), self.path)
        if python == sys.executable:
            os.symlink(os.path.join(ROOT, "channels_lts"), os.path.join(self.path, "channels_lts"))
        self.asgi = asgi
        self.port = free_port()
        self.url = "http://127.0.0.1:%d" % self.port
        self.database = free_databases.popleft()
        self.environment = self.environment_of(settings, redis_url)
        self.daphne = self.worker = None

    def environment_of(self, settings, redis_url):
        redis_url = "%s/%d" % (redis_url.rsplit("/", 1)[0], self.database)
        self.redis = redis.StrictRedis.from_url(redis_url)
        self.redis.flushdb()
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return dict(environment, DJANGO_SETTINGS_MODULE=settings, PROJECT_REDIS=redis_url,
                    PROJECT_DATABASE=os.path.join(self.folder, "db.sqlite3"),
                    PYTHONUNBUFFERED="1")

    def start(self):
        self.manage("migrate")
        self.start_processes()

    def start_processes(self):
        daphne = os.path.join(os.path.dirname(self.python), "daphne")
        self.daphne = self.run("daphne", daphne, "-b", "127.0.0.1", "-p", str(self.port),
                               *self.daphne_options, self.asgi + ":channel_layer")
        self.worker = self.run("worker", "manage.py", "runworker")
        wait_for(self.answers, 90, "a page: %s%s" % (self.daphne.text(), self.worker.text()))

    def manage(self, *arguments):
        command = self.run("manage", "manage.py", *arguments)
        assert command.child.wait(120) == 0, command.text()

    def add_account(self, name, password):
        self.manage("shell", "-c", "from django.contrib.auth.models import User; "
                    "User.objects.create_user(%r, password=%r)" % (name, password))

    def run(self, name, *command):
        return Process(name, [self.python] + list(command), self.environment, self.folder,
                       cwd=self.path)

    def answers(self):
        for process in (self.daphne, self.worker):
            assert process.child.poll() is None, process.text()
        with contextlib.suppress(requests.RequestException):
            return requests.get(self.url + "/", timeout=20).status_code == 200

    def stop_processes(self):
        for process in filter(None, (self.worker, self.daphne)):
            process.stop()

    def stop(self):
        self.stop_processes()
        free_databases.append(self.database)

    def cpu_seconds(self):
        return self.daphne.cpu_seconds() + self.worker.cpu_seconds()


@contextlib.contextmanager
def running(*args, **kwargs):
    project = Project(*args, **kwargs)
    try:
        project.start()
        yield project
    finally:
        project.stop()
