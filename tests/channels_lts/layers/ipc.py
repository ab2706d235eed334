"""
The IPC layer for tests: in memory that is gone with them, and in processes that get killed.
"""
import contextlib
import glob
import hashlib
import os
import signal
import subprocess
import sys
import uuid

import posix_ipc

from channels_lts.layers.ipc import IPCChannelLayer
from tests.support import ROOT


@contextlib.contextmanager
def prefix():
    """A unique name for shared memory, which is removed afterwards."""
    name = "t%s" % uuid.uuid4().hex[:12]
    try:
        yield name
    finally:
        forget(name)


def site_of(secret_key):
    """The name that the settings give to a site."""
    return "workshop-" + hashlib.sha256(secret_key.encode()).hexdigest()[:8]


def forget(name):
    for path in glob.glob("/dev/shm/%s-*" % name):
        posix_ipc.unlink_shared_memory("/" + os.path.basename(path))


@contextlib.contextmanager
def layer(**options):
    with prefix() as name:
        yield IPCChannelLayer(prefix=name, **options)


@contextlib.contextmanager
def python(code, *arguments):
    """A process that runs the code, with pipes to and from it; killed at the end."""
    child = subprocess.Popen([sys.executable, "-c", code] + [str(each) for each in arguments],
                             cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield child
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait(30)
        child.stdin.close()
        child.stdout.close()
