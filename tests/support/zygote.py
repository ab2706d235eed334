"""
A Python that has imported the packages needed by the site's processes, and forks: its forks start
where another Python would still be importing for seconds. Run as a script by Forks, in any
environment with the packages: it imports nothing of the repository.

Two generations, because a process reads its settings from its environment once: the first has the
packages only, each of the second one environment and, if it is asked to, Django set up in it.
Neither has threads or connections; Twisted's reactor is created again in their forks.
"""
import array
import atexit
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
import threading

# What asks for no settings while it is imported.
PACKAGES = (
    "daphne.cli", "asgi_redis", "channels.asgi", "django.core.management", "django.core.wsgi",
    "django.db.models", "django.forms", "django.template.response", "logging.config",
    "psycopg2.extras", "django_redis", "pkg_resources",
    "requests", "markdown", "yaml", "confusable_homoglyphs.confusables",
)
REACTOR = "twisted.internet.reactor"
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def preload():
    restore_removed_names()
    for name in PACKAGES:
        try:
            importlib.import_module(name)
        except ImportError:  # not every environment has all of them
            pass
    gc.collect()
    gc.freeze()  # so that no collection writes to pages that are shared


def restore_removed_names():
    """Without which the packages can't be imported on new Pythons."""
    sys.path.insert(0, ROOT)
    try:
        importlib.import_module("channels_lts.compat")
    except ImportError:
        pass
    del sys.path[0]
    for name in [name for name in sys.modules if name.split(".")[0] == "channels_lts"]:
        del sys.modules[name]  # each project imports the one that it has


def serve_environments(control):
    """
    Forks a process for each connection that `control` hands over. Returns the connection in the
    process that is forked, and None in this one when the suite has ended.
    """
    while True:
        handed = receive_connection(control)
        reap(os.WNOHANG if handed else 0)
        if handed is None:
            return None
        if os.fork() == 0:
            control.close()
            return handed
        handed.close()


def receive_connection(control):
    descriptors = array.array("i")
    data, ancillary, _flags, _address = control.recvmsg(
        1, socket.CMSG_SPACE(descriptors.itemsize))
    if not data:
        return None
    descriptors.frombytes(ancillary[0][2][:descriptors.itemsize])
    return socket.socket(fileno=descriptors[0])


def reap(options):
    """The second generation: those that have ended, or, without WNOHANG, all of them."""
    try:
        while os.waitpid(-1, options)[0]:
            pass
    except ChildProcessError:
        pass


class Prepared:
    """
    The second generation. Each line that comes is a JSON object with one request, each answer too:

    {"prepare": {"environment", "cwd", "django"}}: {}
    {"run": {"command", "cwd", "output"}}: {"pid"}
    {"poll": pid}: {"status"}, null while it runs, as subprocess's returncode otherwise.

    An answer {"error": text} instead means that nothing was done.
    """

    def __init__(self, connection):
        self.connection = connection
        self.lines = connection.makefile("r", encoding="utf8")
        self.running = set()

    def serve(self):
        """
        Returns what to run in a forked process, and None in this one when the suite has ended;
        then none of its forks is running.
        """
        for line in self.lines:
            (name, given), = json.loads(line).items()
            try:
                answer = getattr(self, name)(given)
            except (Exception, SystemExit) as error:
                answer = {"error": "%s: %s" % (type(error).__name__, error)}
            if answer is None:
                self.close()
                return given
            self.connection.sendall(json.dumps(answer).encode("utf8") + b"\n")
        self.kill()

    def close(self):
        self.lines.close()
        self.connection.close()

    def kill(self):
        for pid in self.running:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

    def prepare(self, given):
        os.environ.clear()
        os.environ.update(given["environment"])
        os.chdir(given["cwd"])
        paths = os.environ.get("PYTHONPATH", "")
        sys.path[:0] = [given["cwd"]] + [path for path in paths.split(os.pathsep) if path]
        if given["django"]:
            set_up_django()
        return {}

    def run(self, given):
        assert threading.active_count() == 1, threading.enumerate()
        pid = os.fork()
        if pid == 0:
            return None
        self.running.add(pid)
        return {"pid": pid}

    def poll(self, pid):
        done, status = os.waitpid(pid, os.WNOHANG)
        if not done:
            return {"status": None}
        self.running.discard(pid)
        if os.WIFSIGNALED(status):
            return {"status": -os.WTERMSIG(status)}
        return {"status": os.WEXITSTATUS(status)}


def set_up_django():
    """Does what a command does before it gets to work, and what its checks then import."""
    import django
    from django.conf import settings
    django.setup(set_prefix=False)
    importlib.import_module(settings.ROOT_URLCONF)
    for layer in settings.CHANNEL_LAYERS.values():
        importlib.import_module(layer["ROUTING"].rpartition(".")[0])


def renew_reactor():
    """Its epoll, and the pipe that wakes it, would be one for all processes."""
    if REACTOR in sys.modules:
        sys.modules[REACTOR].__init__()


class End:
    """
    Ends a process when its exit handlers have run, without tearing down what it has loaded: that
    would write to all the memory pages it shares. Its handler is registered first, because they are
    called in reverse order.
    """

    def __init__(self):
        self.status = None  # unless it is known, the end is the interpreter's
        atexit.register(self.leave)

    def leave(self):
        if self.status is not None:
            sys.stdout.flush()
            os._exit(self.status)

    def follow(self, call):
        """Calls it, and notes which status its end has."""
        try:
            call()
            self.status = 0
        except SystemExit as ended:
            if isinstance(ended.code, (int, type(None))):
                self.status = (ended.code or 0) & 0xFF
            raise


def run(command, cwd, output, end):
    """Does what Python does with this command line, its own name left out."""
    descriptor = os.open(output, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    renew_reactor()
    os.chdir(cwd)
    sys.argv[:] = command
    sys.path[0] = os.path.dirname(os.path.abspath(command[0]))
    end.follow(lambda: runpy.run_path(command[0], run_name="__main__"))


def main():
    del sys.path[0]  # the folder of this script
    end = End()
    control = socket.socket(fileno=int(sys.argv[1]))
    preload()
    connection = serve_environments(control)
    given = connection and Prepared(connection).serve()
    if given is None:
        os._exit(0)  # without the handlers of what was imported
    run(end=end, **given)


if __name__ == "__main__":
    main()
