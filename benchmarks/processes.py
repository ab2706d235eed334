"""
Starting real processes, and ending every one of them.
"""
import http.client
import os
import shutil
import socket
import subprocess
import tempfile
import time

from . import jsonlines

CPU_CLOCK = 2  # with the process's number it makes a clock: clock_getcpuclockid(3)


class StartFailed(Exception):
    """A process did not come up; the message carries the end of its log."""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def page_answers(port, path="/"):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def cpu_seconds(pid):
    """
    CPU time of a process so far, user and system, by all threads; finer than the ticks in /proc.
    Raises ProcessLookupError.
    """
    try:
        return time.clock_gettime(~pid << 3 | CPU_CLOCK)
    except OSError:
        raise ProcessLookupError(pid)


class Process:
    """A child with its output in its own file."""

    def __init__(self, name, command, folder, environment=None, cwd=None, pipes=False, wrap=None):
        self.name = name
        self.log = os.path.join(folder, name + ".log")
        pipe = subprocess.PIPE if pipes else None
        command = wrap(command, self.log) if wrap else command
        with open(self.log, "wb") as log:
            self.popen = subprocess.Popen(
                command, cwd=cwd, env=environment,
                stdin=pipe or subprocess.DEVNULL, stdout=pipe or log, stderr=log,
                start_new_session=True,  # Ctrl-C is ours: we end the children in order
            )
        self.pid = self.popen.pid
        self.asker = jsonlines.Asker(self.popen) if pipes else None

    def ask(self, do, timeout=60, **arguments):
        return self.asker.ask(do, timeout, **arguments)

    def tail(self):
        with open(self.log, "rb") as log:
            return log.read()[-1500:].decode("utf8", "replace")

    def wait_for(self, ready, seconds):
        """Waits until `ready()` is true; raises StartFailed if the process ends or time is up."""
        until = time.monotonic() + seconds
        while not ready():
            if self.popen.poll() is not None or time.monotonic() > until:
                raise StartFailed("%s did not start:\n%s" % (self.name, self.tail()))
            time.sleep(0.05)

    def cpu_seconds(self):
        return cpu_seconds(self.pid)

    def resident_bytes(self):
        with open("/proc/%d/status" % self.pid) as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
        raise ProcessLookupError(self.pid)

    def stop(self, seconds=5):
        """Asks it to end, and kills it after this many seconds."""
        if self.popen.poll() is None:
            self.popen.terminate()
            try:
                self.popen.wait(seconds)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()
        for pipe in (self.popen.stdin, self.popen.stdout):
            if pipe:
                pipe.close()


class Folder:
    """A temporary folder that goes away with its contents."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="benchmarks-")

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


def stop_all(processes):
    """Ends the processes, the last started first, even if the user presses Ctrl-C meanwhile."""
    while processes:
        try:
            processes[-1].stop()
        except KeyboardInterrupt:
            processes[-1].popen.kill()
            continue
        processes.pop()
