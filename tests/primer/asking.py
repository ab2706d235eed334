"""
HTTP requests as daphne would hand them to the consumers, on the in-memory layer.
"""
import json

from channels.test.base import Client
from django.conf import settings


class Asked(Client):
    """A request that has been handed to its consumer."""

    def __init__(self, path, query="", method="GET", host="testserver", address="192.0.2.1",
                 session_key=None):
        super().__init__()
        headers = [(b"host", host.encode("ascii"))]
        if session_key:
            cookie = "%s=%s" % (settings.SESSION_COOKIE_NAME, session_key)
            headers.append((b"cookie", cookie.encode("ascii")))
        self.send("http.request", {
            "http_version": "1.1", "method": method, "path": path, "root_path": "",
            "scheme": "http", "query_string": query.encode("latin1"),
            "headers": headers, "body": b"",
            "client": [address, 4711], "server": ["127.0.0.1", 8000]})
        self.consume("http.request")

    def answers(self):
        return list(iter(self.receive, None))

    def answer(self):
        """(status, the JSON in the body, or None) of the one answer."""
        answer, = self.answers()
        content = answer["content"].decode("ascii")
        return answer["status"], json.loads(content) if content else None
