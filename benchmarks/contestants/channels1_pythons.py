"""
Our layer on each CPython that is found, in the environments that script/test-matrix makes.
"""
import os
import subprocess

from .base import CHECKOUT
from .channels1 import Workshop

VERSIONS = ("3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13")


class OnPython(Workshop):

    version = None

    def missing(self):
        environ = dict(os.environ, PYTHON=self.version, WORKSHOP_VENV=".venv-" + self.version)
        made = subprocess.run([os.path.join(CHECKOUT, "script", "bootstrap")], env=environ,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE)
        if made.returncode:
            return made.stderr.decode().strip().rpartition("\n")[2]
        return super().missing()


def on(version):
    """The class of the contestant on that Python."""
    return type("OnPython" + version.replace(".", ""), (OnPython,), {
        "name": "python-" + version,
        "title": "channels_lts.layers.redis on CPython " + version,
        "version": version,
        "python": os.path.join(CHECKOUT, ".venv-" + version, "bin", "python"),
    })


ON_PYTHONS = [on(version) for version in VERSIONS]
