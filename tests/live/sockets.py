import json
import time

import websocket


class LiveSocket(object):
    """A real WebSocket to a deployment."""

    def __init__(self, deployment, path, browser=None):
        cookies = browser.session.cookies.get_dict() if browser else {}
        self.socket = websocket.create_connection(
            deployment.url.replace("http://", "ws://") + path, timeout=15,
            origin=deployment.url,
            cookie="; ".join("%s=%s" % pair for pair in cookies.items()) or None)

    def say(self, content):
        self.socket.send(json.dumps(content))

    def frame(self, seconds=15):
        """
        The next frame, waiting for it that long: recv() begins again with each ping. Notices, which
        come on every page, are passed over.
        """
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.socket.settimeout(max(0.01, until - time.monotonic()))
            try:
                opcode, data = self.socket.recv_data(control_frame=True)
            finally:
                self.socket.settimeout(15)
            if opcode not in (websocket.ABNF.OPCODE_PING, websocket.ABNF.OPCODE_PONG):
                frame = json.loads(data.decode("utf8"))
                if not isinstance(frame, dict) or "notice" not in frame:
                    return frame
        raise websocket.WebSocketTimeoutException("nothing but pings")

    def frame_like(self, wanted):
        """The next frame for which `wanted(frame)` is true; others are passed over."""
        while True:
            frame = self.frame()
            if wanted(frame):
                return frame

    def is_open(self):
        """Whether the server still answers a ping on this very connection."""
        self.socket.ping("still there?")
        while True:
            opcode, data = self.socket.recv_data(control_frame=True)
            if opcode == websocket.ABNF.OPCODE_PONG and data == b"still there?":
                return True
            if opcode == websocket.ABNF.OPCODE_CLOSE:
                return False

    def close_code(self):
        """Reads until the server closes the socket, and returns its code."""
        while True:
            frame = self.socket.recv_frame()  # recv() would answer, perhaps too late
            if frame.opcode == websocket.ABNF.OPCODE_CLOSE:
                return int.from_bytes(frame.data[:2], "big")

    def close(self):
        self.socket.close()


def accepted_first(socket):
    """The next two frames: another process sends the second, and may be faster."""
    return sorted((socket.frame(), socket.frame()), key=lambda frame: "accepted" not in frame)
