"""
Visitors who request a page repeatedly, on a new connection each time.
"""
import threading
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException

from benchmarks.client.stdin import is_over
from benchmarks.figures import percentile
from benchmarks.jsonlines import answer

PAUSE = 0.05  # between two pages of a visitor
PATIENCE = 30


class Visitors:
    """The results of their requests: `seconds` of those with status 200, `failed` by kind."""

    def __init__(self, port, path):
        self.port = port
        self.path = path
        self.seconds = []
        self.failed = Counter()
        self.is_over = False

    def read_pages(self):
        while not self.is_over:
            begun = time.monotonic()
            status = self._status()
            if status == 200:
                self.seconds.append(time.monotonic() - begun)
            else:
                self.failed[str(status)] += 1
            time.sleep(PAUSE)

    def _status(self):
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", self.path)
            response = connection.getresponse()
            response.read()
            return response.status
        except (OSError, HTTPException) as error:
            return type(error).__name__
        finally:
            connection.close()


def visit(port, path, count):
    """Runs `count` of them until the next request comes; answers "ready" first."""
    visitors = Visitors(port, path)
    threads = [threading.Thread(target=visitors.read_pages) for _ in range(count)]
    for thread in threads:
        thread.start()
    answer({"ready": True})
    while not is_over():
        time.sleep(0.05)
    visitors.is_over = True
    for thread in threads:
        thread.join()
    return {"pages": len(visitors.seconds), "failed": dict(visitors.failed),
            "p50": percentile(visitors.seconds, 50), "slowest": max(visitors.seconds, default=None)}
