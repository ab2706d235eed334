"""
What a result must be read with: versions and the machine.
"""
import os
import platform
import subprocess
import sys
from collections import OrderedDict

from .contestants.base import CHECKOUT
from .contestants.channels4 import environment_python

PROBE = """
import json, platform
try:
    from importlib import metadata
except ImportError:
    import importlib_metadata as metadata
found = {}
for name in %r:
    try:
        found[name] = metadata.version(name)
    except metadata.PackageNotFoundError:
        pass
print(platform.python_version(), ", ".join("%%s %%s" %% pair for pair in found.items()))
"""
CHANNELS1 = ("channels", "daphne", "asgi-redis", "asgiref", "Django", "Twisted", "autobahn",
             "redis", "hiredis", "txredisapi", "msgpack-python")
CHANNELS4 = ("channels", "channels-redis", "daphne", "uvicorn", "uvloop", "websockets", "asgiref",
             "Django", "Twisted", "autobahn", "redis", "hiredis", "msgpack")


def output(command):
    """What a command prints, or a dash if it can't be run."""
    try:
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                stdin=subprocess.DEVNULL, timeout=30, cwd=CHECKOUT)
    except OSError:
        return "–"
    return result.stdout.decode().strip() or "–"


def versions(python, load):
    with open("/proc/cpuinfo") as info:
        models = [line.partition(":")[2].strip() for line in info if line.startswith("model name")]
    return OrderedDict((
        ("Channels 1.x", "Python " + output([sys.executable, "-c", PROBE % (CHANNELS1,)])),
        ("Channels 4", "Python " + output([python, "-c", PROBE % (CHANNELS4,)])),
        ("Node", output(["node", "--version"])),
        ("Redis", output(["redis-server", "--version"])),
        ("kernel", platform.platform()),
        ("processors", "%d × %s" % (os.cpu_count(), models[0] if models else "unknown")),
        ("load before", load),
        ("commit", output(["git", "describe", "--always", "--dirty"])),
    ))


def load():
    return "%.2f %.2f %.2f" % os.getloadavg()


def environment(load):
    """`load`: what `load` said before the run. Call this after it: it may install Channels 4."""
    return versions(environment_python(), load)
