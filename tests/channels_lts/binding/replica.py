"""
A page's copy of a stream, kept by the rules that docs/protocol.md gives to clients.
"""


class Replica(object):
    """
    `fetch` returns the rows of the table as {pk: data}. Fetches caused by gaps are counted, so
    that a test can check that frames alone were enough. A repeated number is an error, unless
    `repeats`: a killed listener's batch comes again.
    """

    def __init__(self, fetch, newest, repeats=False):
        self.fetch = fetch
        self.repeats = repeats
        self.gaps = 0
        self.refetch(newest)

    def refetch(self, newest):
        self.rows = self.fetch()
        self.applied = {}
        self.floor = newest  # frames up to here are in the rows that were fetched
        self.seen = newest
        self.ahead = set()

    def receive(self, payloads):
        """Takes frames in any order, then looks whether one is missing."""
        must_fetch = False
        for payload in payloads:
            if self.is_known(payload["seq"]):
                assert self.repeats, "a number was used twice"
                continue
            must_fetch |= payload["action"] == "reload"
            self.note(payload["seq"])
            if "pk" in payload:
                self.apply(payload)
        if self.ahead:
            self.gaps += 1
        if self.ahead or must_fetch:
            self.refetch(max(self.ahead | {self.seen}))

    def sync(self, number):
        if number > self.seen:
            self.gaps += 1
            self.refetch(number)

    def is_known(self, number):
        return number <= self.seen or number in self.ahead

    def note(self, number):
        self.ahead.add(number)
        while self.seen + 1 in self.ahead:
            self.seen += 1
            self.ahead.discard(self.seen)

    def apply(self, payload):
        pk, number = payload["pk"], payload["seq"]
        if number <= max(self.floor, self.applied.get(pk, 0)):
            return
        self.applied[pk] = number
        if payload["action"] == "delete":
            self.rows.pop(pk, None)
        else:
            self.rows[pk] = payload["data"]
