"""
Processes forked from one that has imported everything, instead of new Pythons.
"""
import array
import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

ZYGOTE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "zygote.py")
KEPT = 4  # environments without a process that are kept for the next one


def start(command, environment, output, cwd, django=True):
    """
    The process of a command line, forked if it is a Python script and possible, with its output
    appended to the file `output`. `django`: whether it begins with django.setup().
    """
    python, script = interpreter_of(command)
    if python:
        try:
            return forks_of(python).start(script, environment, output, cwd, django)
        except ForkError:  # wrong settings, for one: it is up to the process itself to say so
            pass
    return popen(command, environment, output, cwd)


def popen(command, environment, output, cwd):
    """The same, from the command line itself: for tests of how a process starts."""
    with open(output, "ab") as stream:
        return subprocess.Popen(
            command, cwd=cwd, env=environment, stdout=stream, stderr=subprocess.STDOUT)


def run(command, environment, cwd, django=True, timeout=60):
    """The subprocess.CompletedProcess of a command line, with all that it says in `stdout`."""
    with tempfile.NamedTemporaryFile("r", encoding="utf8") as output:
        child = start(command, environment, output.name, cwd, django)
        try:
            child.wait(timeout)
        finally:
            child.kill()
        return subprocess.CompletedProcess(command, child.returncode, output.read())


def interpreter_of(command):
    """(path of a Python, the script and its arguments), the path None for what isn't a script."""
    first = command[0]
    if os.path.basename(first).startswith("python") and not command[1].startswith("-"):
        return first, command[1:]
    if os.path.basename(first) == "daphne":
        return os.path.join(os.path.dirname(first), os.path.basename(sys.executable)), command
    return None, command


class ForkError(Exception):
    """The environment can't be prepared, or the process that forks has ended."""


class Fork:
    """A process that was forked, to be used as a subprocess.Popen."""

    def __init__(self, environment, pid):
        self.environment = environment
        self.pid = pid
        self.returncode = None

    def poll(self):
        if self.returncode is None:
            self.returncode = self.environment.ask(poll=self.pid)["status"]
        return self.returncode

    def wait(self, timeout=None):
        """The exit status. Raises subprocess.TimeoutExpired after `timeout` seconds."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("process %d" % self.pid, timeout)
            time.sleep(0.01)
        return self.returncode

    def send_signal(self, number):
        if self.poll() is None:  # or the number may be another process's by now
            os.kill(self.pid, number)

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def kill(self):
        self.send_signal(signal.SIGKILL)


class Environment:
    """The process that forks all others of one environment."""

    def __init__(self, connection, environment, cwd, django):
        self.connection = connection
        self.lines = connection.makefile("r", encoding="utf8")
        self.lock = threading.Lock()
        self.forks = []
        try:
            self.ask(prepare={"environment": environment, "cwd": cwd, "django": django})
        except ForkError:
            self.close()
            raise

    def ask(self, **request):
        with self.lock, contextlib.suppress(ConnectionError):
            self.connection.sendall(json.dumps(request).encode("utf8") + b"\n")
            line = self.lines.readline()
            if line:
                return self.answer(json.loads(line))
        raise ForkError("the process that forks has ended")

    def answer(self, answer):
        if "error" in answer:
            raise ForkError(answer["error"])
        return answer

    def run(self, command, cwd, output):
        open(output, "ab").close()  # as somebody may read it at once
        pid = self.ask(run={"command": command, "cwd": cwd, "output": output})["pid"]
        self.forks.append(Fork(self, pid))
        return self.forks[-1]

    def is_idle(self):
        self.forks = [fork for fork in self.forks if fork.poll() is None]
        return not self.forks

    def close(self):
        self.lines.close()
        self.connection.close()


class Forks:
    """
    Starts the Python scripts of one interpreter. They end, killed if need be, with `close` or with
    the process that has made this.
    """

    def __init__(self, python=sys.executable):
        self.lock = threading.Lock()
        self.environments = {}
        self.control, theirs = socket.socketpair()
        with theirs:
            # A session of its own: Ctrl-C is the suite's, which then stops what it has started.
            self.zygote = subprocess.Popen(
                [python, "-u", ZYGOTE, str(theirs.fileno())], pass_fds=[theirs.fileno()],
                env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True)

    def start(self, command, environment, output, cwd, django=True):
        """
        A Fork that runs `command`, a script with its arguments, and adds what it says to the
        file `output`. With `django`, it is set up in its environment before. Raises ForkError.
        """
        environment = {name: value for name, value in environment.items()
                       if name != "PYTEST_CURRENT_TEST"}  # one environment for many tests
        with self.lock:
            prepared = self.prepared(environment, cwd, django)
            return prepared.run(command, cwd, output)

    def prepared(self, environment, cwd, django):
        key = (frozenset(environment.items()), cwd, django)
        if key not in self.environments:
            self.forget_idle()
            self.environments[key] = Environment(self.connect(), environment, cwd, django)
        return self.environments[key]

    def connect(self):
        """A connection to a separate process."""
        ours, theirs = socket.socketpair()
        with theirs:
            self.control.sendmsg([b"+"], [(
                socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [theirs.fileno()]))])
        return ours

    def forget_idle(self):
        for key in list(self.environments)[:-KEPT]:
            if self.environments[key].is_idle():
                self.environments.pop(key).close()

    def close(self):
        for environment in self.environments.values():
            environment.close()
        self.environments = {}
        self.control.close()
        self.zygote.wait(15)


_forks = {}


def forks_of(python=sys.executable):
    """The Forks of an interpreter that all tests of this process share."""
    if python not in _forks:
        _forks[python] = Forks(python)
        atexit.register(_forks[python].close)
    return _forks[python]
