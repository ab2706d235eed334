"""
The pages of the Channels 1.x project through WSGI: two processes, like daphne and a worker.
"""
import os
import sys

from . import installing
from .base import CHECKOUT
from .channels1 import Channels1

FOLDER = os.path.join(CHECKOUT, ".venv-gunicorn")
PACKAGES = "gunicorn==23.0.0", "packaging==24.0"  # the last that run on CPython 3.7, too


def missing():
    """Installs it; why that failed, or None."""
    return installing.once(FOLDER, " ".join(PACKAGES), lambda: installing.run(
        [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check",
         "--no-deps", "--upgrade", "--target", FOLDER] + list(PACKAGES)))


def command(python, application, port):
    """Two processes of four threads: as many processes as daphne and a worker are."""
    return [
        python, "-m", "gunicorn", application, "--bind", "127.0.0.1:%d" % port,
        "--workers", "2", "--worker-class", "gthread", "--threads", "4",
        "--keep-alive", "75", "--backlog", "4096", "--log-level", "warning",
    ]


class Gunicorn(Channels1):

    name = "gunicorn"
    title = "the same view by gunicorn, two processes of four threads"
    questions = ("page",)
    packages = FOLDER
    talks = False

    def missing(self):
        return missing()

    def server_command(self, port):
        return command(self.python, "wsgi:application", port)

    def worker_command(self):
        return None
