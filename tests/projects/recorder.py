"""What a project's visitors see, for comparison with another run."""
import contextlib
import json
import re

import requests
import websocket

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Recorder:
    """`record`: {request: result}, frames by the names of their sockets."""

    def __init__(self, project):
        self.project = project
        self.record = {}
        self.sockets = {}

    def get(self, path, session=requests):
        answer = session.get(self.project.url + path, timeout=60, allow_redirects=False)
        self.record["GET %s %d" % (path, len(self.record))] = [
            answer.status_code, answer.headers.get("Location"), answer.text]

    def post(self, path, session=requests, headers=None, **fields):
        answer = session.post(self.project.url + path, fields, headers=headers, timeout=60,
                              allow_redirects=False)
        self.record["POST %s %d" % (path, len(self.record))] = [
            answer.status_code, answer.headers.get("Location")]

    def connect(self, name, path, session=None):
        cookies = session.cookies.get_dict() if session else {}
        try:
            self.sockets[name] = RecordedSocket(self.project.url, path, cookies)
        except websocket.WebSocketBadStatusException as error:
            self.record[name] = ["refused", error.status_code]
        else:
            self.record[name] = self.sockets[name].frames
            return self.sockets[name]

    def finish(self):
        """The record. Keys that are made at random have numbers in it."""
        for socket in self.sockets.values():
            socket.read_all()
            socket.close()
        numbers = {}

        def number(found):
            return numbers.setdefault(found.group(), "uuid %d" % (len(numbers) + 1))
        return json.loads(UUID.sub(number, json.dumps(self.record)))


class RecordedSocket:
    def __init__(self, url, path, cookies):
        self.frames = []
        self.socket = websocket.create_connection(
            url.replace("http://", "ws://") + path, timeout=60, origin=url,
            cookie="; ".join("%s=%s" % pair for pair in cookies.items()) or None)

    def say(self, content):
        self.socket.send(content if isinstance(content, str) else json.dumps(content))

    def say_bytes(self, content):
        self.socket.send_binary(content)

    def until(self, part):
        """Reads frames up to the next one that has `part` in it, or to the end."""
        while True:
            frame = self.read()
            if part in str(frame) or frame[0] == "close":
                return

    def read(self):
        opcode, data = self.socket.recv_data(control_frame=True)
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            frame = ["close", int.from_bytes(data[:2], "big")]
        elif opcode == websocket.ABNF.OPCODE_PONG:
            return ["pong"]
        else:
            frame = [websocket.ABNF.OPCODE_MAP[opcode], data.decode("latin-1")]
        self.frames.append(frame)
        return frame

    def read_all(self):
        """What daphne has written so far: it answers a ping sent after it."""
        with contextlib.suppress(websocket.WebSocketException, OSError):
            self.socket.ping()
            while self.read()[0] not in ("pong", "close"):
                pass

    def close(self):
        self.socket.close()
