"""
A TCP proxy that can cut connections or black-hole them, as a bad network does.
"""
import contextlib
import ctypes
import socket
import struct
import threading

SO_ATTACH_FILTER = 26  # Linux, socket(7); Python's socket module lacks it
DROP = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0))  # BPF: "ret #0"


class Proxy(object):
    def __init__(self, port):
        self.target = ("127.0.0.1", port)
        self.listener = listening()
        self.port = self.listener.getsockname()[1]
        self.pairs = []
        self.swallowed = set()
        self.is_away = False  # whether new connections are closed at once
        self.on_passed = lambda data: None
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:  # closed
                return
            if self.is_away:
                near.close()
                continue
            far = socket.create_connection(self.target)
            self.pairs.append((near, far))
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self.pump, args=(source, sink), daemon=True).start()

    def cut(self):
        """Closes all open connections; new ones go through."""
        pairs, self.pairs = self.pairs, []
        for pair in pairs:
            for end in pair:
                shut(end)

    def swallow(self):
        """Silently drops everything sent on the open connections; new ones are unaffected."""
        self.swallowed.update(end for pair in self.pairs for end in pair)

    def vanish(self):
        """
        Forgets the open connections, as a firewall does: data sent on them isn't even acknowledged,
        and neither end learns of it. New ones are unaffected.
        """
        self.swallow()
        for near, _ in self.pairs:
            near.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER,
                            struct.pack("HP", 1, ctypes.addressof(DROP)))

    def pump(self, source, sink):
        with contextlib.suppress(OSError):  # the connection was cut
            for data in iter(lambda: source.recv(65536), b""):
                if sink not in self.swallowed:
                    sink.sendall(data)
                    self.on_passed(data)
        shut(sink)

    def close(self):
        self.listener.close()
        self.cut()


def listening():
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(50)
    return listener


def shut(end):
    with contextlib.suppress(OSError):  # already disconnected
        end.shutdown(socket.SHUT_RDWR)
