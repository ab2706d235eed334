"""
Redis servers of the tests' own, on free ports, and a reactor that runs beside the tests.
"""
import shutil
import signal
import subprocess
import threading

import redis
from twisted.internet.threads import blockingCallFromThread

from tests.support.ports import free_port
from tests.support.waiting import wait_for

REDIS = shutil.which("redis-server")
PROCESS = "daphne.response.somewhere!"  # the channel of a daphne that a test plays


def speaks_tls():
    """Whether redis-server was built with TLS: one that wasn't refuses the option."""
    refusal = subprocess.run([REDIS, "--port", "0", "--tls-port", "0"], timeout=10,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout
    return b"tls-port" not in refusal


class RedisServer:
    """One redis-server. `options`: of its command line; a port is added unless they have one."""

    def __init__(self, folder, *options, **connection):
        self.folder = str(folder)
        self.options = [str(option) for option in options]
        if "--port" not in self.options:
            self.port = free_port()
            self.options += ["--port", str(self.port)]
        connection.setdefault("port", getattr(self, "port", None))
        self.client = redis.StrictRedis(**connection)
        self.child = self.wake = None

    @property
    def url(self):
        return "redis://127.0.0.1:%d/0" % self.port

    def start(self):
        self.child = subprocess.Popen(
            [REDIS] + self.options + ["--dir", self.folder], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        wait_for(lambda: self.is_up() or self.child.poll() is not None,
                 what="a Redis that answers")
        assert self.child.poll() is None, "redis-server doesn't start: %s" % self.options
        return self

    def is_up(self):
        try:
            return self.client.ping()
        except redis.RedisError:
            return False

    def stop(self):
        """Ends it like a service manager; it saves its data if configured to."""
        self._end(self.child.terminate)

    def kill(self):
        self._end(self.child.kill)

    def hang(self):
        """Stops the process, leaving its connections open; for no longer than a test may take."""
        self.child.send_signal(signal.SIGSTOP)
        self.wake = threading.Timer(20, self.child.send_signal, [signal.SIGCONT])
        self.wake.daemon = True
        self.wake.start()

    def hangs(self):
        """Whether it still does."""
        return self.wake.is_alive()

    def go_on(self):
        self.wake.cancel()
        self.child.send_signal(signal.SIGCONT)

    def _end(self, how):
        if self.wake:
            self.wake.cancel()
        if self.child and self.child.poll() is None:
            how()
            self.child.wait(15)

    def restart(self):
        self.stop()
        return self.start()


class Reactor:
    """Twisted's reactor in a thread; it can't be started twice, so there is one per run."""

    def __init__(self):
        from twisted.internet import reactor
        self.reactor = reactor
        self.thread = threading.Thread(
            target=reactor.run, kwargs={"installSignalHandlers": False}, daemon=True)

    def start(self):
        self.thread.start()
        wait_for(lambda: self.reactor.running, what="a running reactor")
        return self

    def call(self, function, *args, **kwargs):
        """The result of a function that is called in the reactor; its Deferred is waited for."""
        return blockingCallFromThread(self.reactor, function, *args, **kwargs)

    def stop(self):
        self.reactor.callFromThread(self.reactor.stop)
        self.thread.join(10)
