"""
A chat client that does what docs/protocol.md asks of one, for as long as the server lets it.
"""
import collections
import itertools
import json
import threading
import time
import uuid

import websocket

ANSWER = 2  # seconds after which a question or message is sent again
HELLO = 5  # seconds after which a connection without a hello is given up
HOLE = 0.3  # seconds that a missing number is waited for

Waiting = collections.namedtuple("Waiting", "text due")


class Talker(threading.Thread):
    """
    Says a sentence every `pause` seconds until `quiet` is called, and goes on listening until
    `stop`. `seen` is the room as it sees it: {number: (user, text, id)}.
    """

    def __init__(self, connect, name, pause=0.5):
        """`connect`: opens a websocket.WebSocket to the room."""
        super().__init__(name=name, daemon=True)
        self.connect = connect
        self.pause = pause
        self.lock = threading.Lock()
        self.seen = {}
        self.conflicts = []
        self.stored = {}  # id: number
        self.unanswered = collections.OrderedDict()  # id: Waiting
        self.users = set()
        self.is_quiet = self.is_over = False
        self.newest = 0
        self.connections = 0
        self.errors = collections.Counter()
        self.problem = None

    @property
    def complete(self):
        """How many numbers it has without a hole."""
        return next(number for number in itertools.count(1) if number not in self.seen) - 1

    def quiet(self):
        self.is_quiet = True

    def stop(self):
        self.is_over = True
        self.join(20)

    def is_done(self):
        """Whether everything it sent is stored and it has seen everything it knows of."""
        return self.is_quiet and not self.unanswered and self.complete >= self.newest

    def run(self):
        self.speak_at = time.monotonic()
        while not self.is_over:
            try:
                self.visit()
            except (OSError, websocket.WebSocketException):
                time.sleep(0.1)  # the pause before the next attempt
            except Exception as problem:
                self.problem = problem
                raise

    def visit(self):
        socket = self.connect()
        socket.settimeout(0.05)
        self.connections += 1
        self.begin()
        try:
            while not self.is_over:
                self.listen(socket)
                self.speak(socket)
        finally:
            socket.shutdown()

    def begin(self):
        self.is_in = False
        self.opened_at = time.monotonic()
        self.asked_at = self.hole_since = None
        for client_id, waiting in self.unanswered.items():
            self.unanswered[client_id] = waiting._replace(due=0)

    def listen(self, socket):
        try:
            text = socket.recv()
        except websocket.WebSocketTimeoutException:
            return
        if not text:
            raise websocket.WebSocketConnectionClosedException("closed")
        frame = json.loads(text)
        if "notice" not in frame:
            getattr(self, "on_" + frame["type"])(frame)

    def speak(self, socket):
        now = time.monotonic()
        if not self.is_in:
            if now - self.opened_at > HELLO:
                raise websocket.WebSocketException("no hello")
            return
        self.ask(socket, now)
        if not self.is_quiet and now >= self.speak_at:
            self.speak_at = now + self.pause
            self.unanswered[uuid.uuid4().hex] = Waiting("%s at %.3f" % (self.name, now), 0)
        for client_id, waiting in list(self.unanswered.items()):
            if waiting.due <= now:
                self.unanswered[client_id] = waiting._replace(due=now + ANSWER)
                socket.send(json.dumps({"message": waiting.text, "id": client_id}))

    def ask(self, socket, now):
        if self.asked_at is None and self.complete < self.newest:
            self.hole_since = self.hole_since or now
            if now - self.hole_since > HOLE:
                self.asked_at = 0
        if self.asked_at is not None and now - self.asked_at > ANSWER:
            self.asked_at, self.hole_since = now, None
            socket.send(json.dumps({"action": "after", "number": self.complete}))

    def take(self, message):
        entry = (message["user"], message["message"], message["id"])
        if self.seen.setdefault(message["number"], entry) != entry:
            self.conflicts.append(message)
        self.newest = max(self.newest, message["number"])
        if self.complete >= self.newest:
            self.hole_since = None

    # Frames

    def on_tester_message(self, frame):
        self.is_in = True
        self.newest = max(self.newest, frame["number"])
        self.asked_at = 0

    def on_chat_message(self, frame):
        self.take(frame)

    def on_messages(self, frame):
        for message in frame["messages"]:
            self.take(message)
        self.asked_at = 0 if frame["more"] else None

    def on_message_stored(self, frame):
        self.unanswered.pop(frame["id"], None)
        if self.stored.setdefault(frame["id"], frame["number"]) != frame["number"]:
            self.conflicts.append(frame)

    def on_user_list(self, frame):
        self.users = set(frame["users"])

    def on_user_join(self, frame):
        self.users.add(frame["user"])

    def on_user_leave(self, frame):
        self.users.discard(frame["user"])

    def on_error(self, frame):
        self.errors[frame["code"]] += 1
        if frame["code"] != "rate_limited":
            raise AssertionError(frame)
        later = time.monotonic() + frame["retry_after"]
        if frame["id"] in self.unanswered:
            waiting = self.unanswered[frame["id"]]
            self.unanswered[frame["id"]] = waiting._replace(due=later)
        elif self.asked_at is not None:
            self.asked_at = later - ANSWER
