"""
A server that lets anybody in as PostgreSQL does, and answers nothing then.
"""
import socket
import struct
import threading
from contextlib import suppress

SSL_REQUEST, GSS_REQUEST = 80877103, 80877104
PARAMETERS = {"server_version": "13.0", "client_encoding": "UTF8", "server_encoding": "UTF8",
              "DateStyle": "ISO, MDY", "TimeZone": "UTC", "integer_datetimes": "on",
              "standard_conforming_strings": "on"}


def message(kind, content):
    return kind + struct.pack("!I", len(content) + 4) + content


def welcome():
    """The user is in, the parameters of the session, and that it waits for a query."""
    yield message(b"R", struct.pack("!I", 0))
    for pair in PARAMETERS.items():
        yield message(b"S", b"".join(word.encode() + b"\0" for word in pair))
    yield message(b"Z", b"I")


class SilentServer:
    """`asked`: set when a query has come. It can answer one."""

    def __init__(self):
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(1)
        self.port = self.listener.getsockname()[1]
        self.asked = threading.Event()
        self.ended = threading.Event()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        self.client, _ = self.listener.accept()
        while self.start_code() in (SSL_REQUEST, GSS_REQUEST):
            self.client.sendall(b"N")
        self.client.sendall(b"".join(welcome()))
        self.client.recv(65536)
        self.asked.set()
        try:
            while self.client.recv(65536):
                pass
        except ConnectionResetError:  # it hasn't read all that it was sent
            pass
        self.ended.set()

    def start_code(self):
        length, code = struct.unpack("!II", self.client.recv(8, socket.MSG_WAITALL))
        self.client.recv(length - 8, socket.MSG_WAITALL)
        return code

    def answer(self):
        """To a command without rows."""
        self.client.sendall(message(b"C", b"SET\0") + message(b"Z", b"I"))

    def close(self):
        self.listener.close()
        with suppress(OSError):  # the other end was faster
            self.client.shutdown(socket.SHUT_RDWR)
        self.client.close()
