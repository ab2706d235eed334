"""
Requests a page repeatedly, on connections that are kept open.
"""
import re
import select
import socket
import time

from benchmarks.figures import percentile

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def get(port, path):
    return ("GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % (path, port)).encode()


def post(port, path, headers, body):
    lines = ["POST %s HTTP/1.1" % path, "Host: 127.0.0.1:%d" % port,
             "Content-Length: %d" % len(body)] + headers
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


class Browser:
    """One connection with at most one request under way."""

    def __init__(self, port, request):
        self.request = request
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.data = b""
        self.asked = None

    def ask(self):
        self.data = b""
        self.asked = time.monotonic()
        self.sock.sendall(self.request)

    def answered(self):
        """
        Reads what is there; returns the status once the answer is complete, else None.
        Raises ConnectionError if the server closes.
        """
        data = self.sock.recv(65536)
        if not data:
            raise ConnectionError("closed")
        self.data += data
        end = self.data.find(b"\r\n\r\n")
        length = LENGTH.search(self.data, 0, end) if end >= 0 else None
        if length is None or len(self.data) < end + 4 + int(length.group(1)):
            return None
        return self.data[9:12]


def ask(port, path, clients, seconds, form=None, status="200"):
    """
    `clients` browsers request `path` for `seconds`, each as soon as it has its answer.

    `form`: (lines of headers, body) of a POST. Returns requests answered with `status`, errors,
    seconds taken, and p50 and p99 of one request.
    """
    poll = select.epoll()
    browsers = {}
    request = get(port, path) if form is None else post(port, path, *form)
    for _ in range(clients):
        browser = Browser(port, request)
        browsers[browser.sock.fileno()] = browser
        poll.register(browser.sock.fileno(), select.EPOLLIN)
    begun = time.monotonic()
    try:
        took, errors = _run(poll, browsers, begun + seconds, status.encode("ascii"))
    finally:
        poll.close()
        for browser in browsers.values():
            browser.sock.close()
    return {
        "requests": len(took),
        "errors": errors,
        "seconds": time.monotonic() - begun,
        "p50": percentile(took, 50),
        "p99": percentile(took, 99),
    }


def _run(poll, browsers, until, wanted):
    took, errors = [], 0
    for browser in browsers.values():
        browser.ask()
    while time.monotonic() < until and browsers:
        for fd, _ in poll.poll(0.1):
            try:
                status = browsers[fd].answered()
            except OSError:
                errors += 1
                poll.unregister(fd)
                browsers.pop(fd).sock.close()
                continue
            if status is None:
                continue
            if status == wanted:
                took.append(time.monotonic() - browsers[fd].asked)
            else:
                errors += 1
            browsers[fd].ask()
    return took, errors
