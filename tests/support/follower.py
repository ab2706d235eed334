"""
A client of one stream of /updates/, written only from docs/protocol.md.
"""
import time


class Follower:
    """
    Keeps a table like the page's clients. `fetch`: returns the rows, {pk: data}, from the REST API.
    The owner of the socket passes its frames on, calls `look` now and then, and sends what `look`
    returns, if anything.
    """
    moment = 1  # seconds that stragglers have
    sync_seconds = 30

    def __init__(self, stream, fetch, clock=time.monotonic):
        self.stream = stream
        self.fetch = fetch
        self.clock = clock
        self.rows = {}
        self.applied = {}  # pk: the last seq that was applied to this row
        self.complete = None  # the highest seq below which all was seen; None: nothing is known
        self.ahead = set()
        self.newest = 0  # the highest seq heard of
        self.missing_since = None
        self.asked_at = clock()

    def hear(self, frame):
        """Takes a frame of the socket; ignores those of other streams."""
        if frame.get("stream") != self.stream or "seq" not in frame.get("payload", {}):
            return
        payload = frame["payload"]
        self.newest = max(self.newest, payload["seq"])
        if payload["action"] in ("create", "update", "delete"):
            self.apply(payload)
        if payload["action"] == "reload":
            self.refetch()
        elif payload["action"] != "sync":
            self.note(payload["seq"])

    def apply(self, payload):
        pk, seq = payload["pk"], payload["seq"]
        if seq <= self.applied.get(pk, 0):
            return
        self.applied[pk] = seq
        if payload["action"] == "delete":
            self.rows.pop(pk, None)
        else:
            self.rows[pk] = payload["data"]

    def note(self, seq):
        if self.complete is None:
            return
        self.ahead.add(seq)
        while self.complete + 1 in self.ahead:
            self.complete += 1
            self.ahead.discard(self.complete)

    def is_missing(self):
        return self.complete is None or self.newest > self.complete

    def look(self):
        """Fetches when frames have been missing for a moment. Returns a frame to send, or None."""
        now = self.clock()
        if not self.is_missing():
            self.missing_since = None
        elif self.missing_since is None:
            self.missing_since = now
        elif now - self.missing_since > self.moment:
            self.refetch()
        if now - self.asked_at > self.sync_seconds:
            self.asked_at = now
            return {"stream": self.stream, "payload": {"action": "sync"}}
        return None

    def refetch(self):
        """
        Whoever takes frames and fetches in turns has no frame between the two: those that arrive
        meanwhile wait in the socket, and are applied afterwards.
        """
        self.complete, self.ahead, self.missing_since = self.newest, set(), None
        self.rows = self.fetch()
