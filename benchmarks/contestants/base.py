"""
What every contestant has in common: starting its processes, asking them, ending them.
"""
import os
import sys
import time

from ..jsonlines import Silence
from ..processes import Folder, Process, StartFailed, free_port, page_answers, stop_all
from ..redis_server import RedisServer

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CHECKOUT = os.path.dirname(PACKAGE)
START_SECONDS = 90
STOP_SECONDS = 30  # before a process is killed that was asked to end
PARALLEL = 40  # handshakes at a time where the time they take isn't the question


class Contestant:
    """
    Subclasses set `name`, `title` and `peer` (a folder below benchmarks/peers), and say how the
    processes are started.
    """

    name = title = peer = None
    python = sys.executable
    talks = True  # its sockets may send, and their group receives it
    questions = None  # the names of those it can be asked; None: all
    packages = None  # a folder with more packages for its Python

    def __init__(self, options):
        self.options = options
        self.folder = None
        self.wrap = None
        self.processes = []
        self.redises = []
        self.servers = []
        self.workers = []
        self.ports = []

    @property
    def redis(self):
        """The only one, or the first."""
        return self.redises[0]

    def program(self, name):
        """The path of a command of its environment."""
        return os.path.join(os.path.dirname(self.python), name)

    def missing(self):
        """Why it can't take part, or None. May install what it needs."""
        return None

    def server_command(self, port):
        raise NotImplementedError

    def worker_command(self):
        return None

    def sender_command(self):
        return [self.python, "sender.py"]

    def settings(self):
        """The variables that its settings module reads from the environment."""
        return {}

    def start(self, servers=1, workers=1, wrap=None, shards=1):
        """
        Starts everything and waits until a page is answered; raises StartFailed. `wrap(command,
        log)` replaces the commands of its servers and workers. `shards`: number of Redis servers.
        """
        self.folder = Folder()
        self.wrap = wrap
        try:
            self.redises = [self.keep(RedisServer("redis%d" % number, self.folder.path))
                            for number in range(shards)]
            for redis in self.redises:
                redis.wait_for(redis.answers, 10)
            self.sender = self._run("sender", self.sender_command(), pipes=True)
            self.cookie = self.sender.ask("session", START_SECONDS).get("cookie")
            self.ports = [free_port() for _ in range(servers)]
            self.servers = [self._server(number) for number in range(servers)]
            self.workers = [self._worker(number) for number in range(workers)
                            if self.worker_command()]
            self.client = self.start_client("client")
            for number in range(servers):
                self._wait_for_pages(number)
        except Silence as silence:
            raise StartFailed("%s: %s\n%s" % (self.name, silence, self.processes[-1].tail()))
        self.settle()

    def stop(self):
        stop_all(self.processes)
        self.redises, self.servers, self.workers, self.ports = [], [], [], []
        if self.folder:
            self.folder.remove()
            self.folder = None

    def start_client(self, name):
        return self._run(name, [sys.executable, "-m", "benchmarks.client"], pipes=True)

    def restart_server(self, number):
        """Like a supervisor: asks it to end, and starts the next one on the same port."""
        self.end(self.servers[number])
        self.servers[number] = self._server(number)
        self._wait_for_pages(number)

    def roll_worker(self, number):
        """A new one takes messages before the old one is asked to end."""
        old, self.workers[number] = self.workers[number], self._worker(number)
        self.end(old)

    def deploy(self):
        """Replaces the processes that run the site's code, one after the other."""
        for number in range(len(self.workers)):
            self.roll_worker(number)

    def end(self, process):
        process.stop(STOP_SECONDS)
        self.processes.remove(process)

    def _server(self, number):
        return self._run("server%d" % number, self.server_command(self.ports[number]),
                         wrap=self.wrap)

    def _wait_for_pages(self, number):
        self.servers[number].wait_for(lambda: page_answers(self.ports[number]), START_SECONDS)

    def _worker(self, number):
        worker = self._run("worker%d" % number, self.worker_command(), wrap=self.wrap)
        worker.wait_for(lambda: "Listening on channels" in worker.tail(), START_SECONDS)
        return worker

    def _run(self, name, command, pipes=False, wrap=None):
        return self.keep(Process(
            name, command, self.folder.path, self._environment(),
            os.path.join(PACKAGE, "peers", self.peer), pipes, wrap))

    def keep(self, process):
        """Ends it with the others; returns it."""
        self.processes.append(process)
        return process

    def _environment(self):
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("DJANGO_SETTINGS_MODULE", "PYTHONPATH")}
        paths = [self.options.workshop_path or CHECKOUT, CHECKOUT]
        paths += [self.packages] if self.packages else []
        environment.update(self.settings(), PYTHONPATH=os.pathsep.join(paths),
                           PYTHONDONTWRITEBYTECODE="1", PYTHONWARNINGS="ignore")
        return environment

    def open(self, paths, parallel=PARALLEL, seconds=120, cookie=None):
        """Opens a socket for each path, taking the servers in turn; returns the client's answer."""
        targets = [(self.ports[number % len(self.ports)], path)
                   for number, path in enumerate(paths)]
        return self.client.ask("open", seconds + 30, targets=targets, window=parallel,
                               seconds=seconds, cookie=cookie)

    def broadcast(self, groups, text, seconds=30, quiet=5):
        """
        Sends `text` to each of `groups` and waits for it at every open socket.

        Returns the client's answer with `latency` (seconds from the call to the last socket
        served) and `blocked` (seconds the sender waited).
        """
        self.client.ask("collect", text=text, seconds=seconds, quiet=quiet)
        sent = self.sender.ask("send", seconds + 90, groups=groups, text=text)
        heard = self.client.asker.answer(seconds + 90)
        last = heard["last"]
        return dict(heard, blocked=sent["blocked"],
                    latency=None if last is None else last - sent["begun"],
                    median=None if last is None else heard["median"] - sent["begun"])

    def settle(self, seconds=15):
        """Waits until its servers and workers have next to nothing to do."""
        until = time.monotonic() + seconds
        busy = True
        while busy and time.monotonic() < until:
            before = self.cpu_seconds()
            time.sleep(0.25)
            busy = self.cpu_seconds() - before > 0.025

    def cpu_seconds(self):
        return cpu_seconds(self.servers + self.workers)

    def usage(self):
        """Processor seconds so far, by the kind of process, and the commands that Redis got."""
        return {
            "daphne": cpu_seconds(self.servers),
            "worker": cpu_seconds(self.workers),
            "redis": cpu_seconds(self.redises),
            "commands": sum(sum(redis.commands().values()) for redis in self.redises),
        }


def cpu_seconds(processes):
    return sum(process.cpu_seconds() for process in processes)
