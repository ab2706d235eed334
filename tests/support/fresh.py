"""
A Python that has loaded nothing yet but what lets it import Django.
"""
import os
import subprocess
import sys

from . import ROOT


def run(code):
    """The output of running this, without the suite's settings. Asserts that it succeeds."""
    environment = dict(os.environ)
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run([sys.executable, "-c", "import channels_lts.compat\n" + code],
                          cwd=ROOT, env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, universal_newlines=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
