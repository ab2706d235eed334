import os
import signal
import socket
import sys
import threading

import redis

from tests.support import ROOT, forks
from tests.support.ports import free_port
from tests.support.waiting import wait_for


class WorkerProcess:
    """A `manage.py runworker` of the neighbouring site.py, in a separate process."""

    def __init__(self, log, hosts, notes, *options):
        environment = dict(
            os.environ, DJANGO_SETTINGS_MODULE="tests.channels_lts.worker.site",
            WORKER_HOSTS=",".join(hosts), WORKER_NOTES=notes)
        self.log = log
        self.child = forks.start(
            [sys.executable, "manage.py", "runworker"] + list(options), environment, log, ROOT)

    def text(self):
        with open(self.log, encoding="utf8") as log:
            return log.read()

    def wait_for_text(self, text, times=1):
        wait_for(lambda: self.text().count(text) >= times, seconds=30,
                 what="%r in the log of a worker:\n%s" % (text, self.text()))

    def signal(self, number=signal.SIGTERM):
        self.child.send_signal(number)

    def status(self):
        """The exit status, once it is there."""
        return self.child.wait(30)

    def kill(self):
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait(30)


class Gate:
    """
    A proxy to a Redis, on its own port, that can be closed as if Redis had gone away. It is closed
    at first.
    """

    def __init__(self, url):
        options = redis.StrictRedis.from_url(url).connection_pool.connection_kwargs
        self.target = options["host"], options["port"]
        self.address = "127.0.0.1", free_port()
        self.listener = None
        self.pairs = []
        self.lock = threading.Lock()

    def open(self):
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(self.address)
        self.listener.listen(50)
        threading.Thread(target=self.accept, args=(self.listener,), daemon=True).start()

    def shut(self):
        if self.listener:
            end(self.listener)
            self.listener = None
        with self.lock:
            for one in self.pairs:
                end(one)
            self.pairs = []

    def accept(self, listener):
        while True:
            try:
                near, _ = listener.accept()
            except OSError:  # shut
                return
            far = socket.create_connection(self.target)
            with self.lock:
                self.pairs += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=pump, args=(one, other), daemon=True).start()


def pump(source, sink):
    try:
        while True:
            data = source.recv(65536)
            if not data:
                break
            sink.sendall(data)
    except OSError:  # the other direction or the gate was faster
        pass
    end(source)
    end(sink)


def end(one):
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:  # it has ended already
        pass
    one.close()
