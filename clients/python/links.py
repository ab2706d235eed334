"""
A client of Workshop's links: the table by REST, its changes and one's own by the socket.

    links.py http://127.0.0.1:8000 NAME PASSWORD follow
    links.py http://127.0.0.1:8000 NAME PASSWORD add TITLE URL
"""
import json
import random
import sys
import time
import uuid

import requests
import websocket

ENDED = 4401  # close code: the session is over
STRAGGLERS = 1  # seconds that a missing frame may take
SYNC = 30  # seconds of silence after which to ask whether the last frame was lost


class Refused(Exception):
    """Trying again doesn't help."""


class Site:
    """One person's session at a site. `url` without a path: it is the origin of the sockets too."""

    def __init__(self, url):
        self.url, self.http = url, requests.Session()
        self.http.headers["Referer"] = url + "/"  # asked for by https

    def log_in(self, name, password):
        address = self.url + "/accounts/login/"
        self.http.get(address)
        answer = self.http.post(address, {
            "username": name, "password": password,
            "csrfmiddlewaretoken": self.http.cookies["csrftoken"]}, allow_redirects=False)
        if answer.status_code != 302:
            raise Refused("the site doesn't log %s in: %d" % (name, answer.status_code))

    def links(self):
        """All rows, page after page."""
        address = self.url + "/links/api/links/?page_size=500"
        while address:
            page = self.http.get(address)
            page.raise_for_status()
            yield from page.json()["results"]
            address = page.json()["next"]

    def connect(self):
        """An open socket. Raises Refused, and others' errors where it may be open later."""
        cookies = "; ".join("%s=%s" % pair for pair in self.http.cookies.items())
        try:
            return websocket.create_connection(
                "ws" + self.url[len("http"):] + "/updates/links/", timeout=STRAGGLERS,
                origin=self.url, cookie=cookies)
        except websocket.WebSocketBadStatusException as error:
            if error.status_code == 403:
                raise Refused("the site lets this socket in nowhere")
            raise


class Table:
    """The rows by key, as frames change them; which may come twice, late, or not at all."""

    def __init__(self):
        self.rows, self.applied = {}, {}  # applied: the number of the last frame, by key
        self.complete_to, self.beyond = None, set()

    def load(self, rows):
        self.rows = {row["id"]: row for row in rows}
        self.complete_to = max(self.beyond, default=self.complete_to)
        self.beyond = set()

    def take(self, payload):
        """Whether the row of a frame is another one now. Frames that concern no row are noted."""
        self.note(payload["seq"])
        pk, action = payload.get("pk"), payload["action"]
        if pk is None or payload["seq"] <= self.applied.get(pk, 0):
            return False
        self.applied[pk] = payload["seq"]
        if action == "delete":
            return self.rows.pop(pk, None) is not None
        self.rows[pk] = payload["data"]
        return True

    def note(self, number):
        if self.complete_to is None:
            self.complete_to = number
        if number > self.complete_to:
            self.beyond.add(number)
        while self.complete_to + 1 in self.beyond:
            self.complete_to += 1
            self.beyond.remove(self.complete_to)

    def lacks_frames(self):
        return bool(self.beyond)


class Follower:
    """Keeps a Table as the site has it, and calls `tell` with a word and a row or a number."""

    def __init__(self, site, tell):
        self.site, self.tell, self.table = site, tell, Table()

    def run(self):
        """Until the session ends. Raises Refused."""
        failures = 0
        while True:
            try:
                self.follow(self.site.connect())
                failures = 0
            except (OSError, websocket.WebSocketException):  # requests' errors too are OSError
                failures += 1
            time.sleep(random.uniform(0, min(60, 2 ** failures)))

    def follow(self, socket):
        self.load()  # after the socket is open: from here on it tells of every change
        heard_at = time.monotonic()
        while True:
            try:
                opcode, data = socket.recv_data()
            except websocket.WebSocketTimeoutException:
                if self.table.lacks_frames():
                    self.load()
                if time.monotonic() - heard_at > SYNC:
                    ask(socket, {"action": "sync"})
                    heard_at = time.monotonic()
                continue
            heard_at = time.monotonic()
            if opcode == websocket.ABNF.OPCODE_CLOSE:
                return self.close(int.from_bytes(data[:2], "big"))
            self.hear(json.loads(data.decode()))

    def hear(self, frame):
        payload = frame.get("payload", {})
        if payload.get("action") == "reload":
            self.load()
        elif "seq" in payload and self.table.take(payload):
            self.tell(payload["action"], payload["data"] or {"id": payload["pk"]})

    def load(self):
        self.table.load(self.site.links())
        self.tell("loaded", len(self.table.rows))

    @staticmethod
    def close(code):
        if code == ENDED:
            raise Refused("the session has ended: log in again")


def ask(socket, payload):
    socket.send(json.dumps({"stream": "links", "payload": payload}))


def add(site, name, url):
    """The answer to a write, told apart from all other frames by its request_id."""
    socket, request_id = site.connect(), uuid.uuid4().hex
    socket.settimeout(20)
    ask(socket, {"action": "create", "request_id": request_id, "data": {"name": name, "url": url}})
    while True:
        payload = json.loads(socket.recv()).get("payload", {})
        if payload.get("request_id") == request_id:
            socket.close()
            return payload


def main(url, name, password, command, *arguments):
    site = Site(url)
    site.log_in(name, password)
    if command == "add":
        print(json.dumps(add(site, *arguments)))
    else:
        Follower(site, lambda word, what: print(json.dumps([word, what]), flush=True)).run()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Refused as error:
        sys.exit(str(error))
