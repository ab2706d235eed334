"""
A Python that has loaded nothing yet.
"""
import os
import subprocess
import sys

from . import ROOT


def run(code):
    """What it prints when it runs this, without the suite's settings. Asserts that it succeeds."""
    environment = dict(os.environ)
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
