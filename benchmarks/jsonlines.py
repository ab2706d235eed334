"""
How the parts communicate: one JSON object per line, requests on standard input, answers on
standard output.

Imported by processes of every Python that takes part, so it stays on the standard library.
"""
import json
import select
import sys
import time


def answer(reply):
    sys.stdout.write(json.dumps(reply) + "\n")
    sys.stdout.flush()


def serve(handlers):
    """
    Answers requests until standard input ends.

    `handlers` maps a request's "do" to a callable that takes the request's other keys and returns
    the answer. A handler's exception ends the process: whoever asked sees the end of the pipe.
    """
    for line in sys.stdin:
        request = json.loads(line)
        answer(handlers[request.pop("do")](**request))


class Silence(Exception):
    """The other process ended, or did not answer in time."""


class Asker:
    """Asks a process that runs `serve`."""

    def __init__(self, process):
        self.process = process
        self.rest = b""

    def ask(self, do, timeout=60, **arguments):
        """Sends a request and returns its answer; raises Silence after `timeout` seconds."""
        self.send(do, **arguments)
        return self.answer(timeout)

    def send(self, do, **arguments):
        """Sends a request whose answers are waited for later."""
        request = json.dumps(dict(arguments, do=do)) + "\n"
        try:
            self.process.stdin.write(request.encode("utf8"))
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Silence("%s is gone" % do)

    def answer(self, timeout=60):
        """The next answer; for requests that have more than one."""
        until = time.monotonic() + timeout
        while b"\n" not in self.rest:
            self.rest += self._read(until)
        line, self.rest = self.rest.split(b"\n", 1)
        return json.loads(line.decode("utf8"))

    def _read(self, until):
        left = until - time.monotonic()
        if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
            raise Silence("no answer in time")
        data = self.process.stdout.read1(1 << 20)
        if not data:
            raise Silence("the process ended")
        return data
