"""
Bytes to and from a real daphne, and what they cost it.
"""
import os
import socket


class Raw:
    """A connection of a client that says whatever it likes."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.socket.close()

    def send(self, data):
        """How many bytes were taken before the server ended the connection."""
        view, taken = memoryview(data), 0
        try:
            while taken < len(data):
                taken += self.socket.send(view[taken:taken + 2 ** 16])
        except OSError:
            pass
        return taken

    def read(self, count=2 ** 16):
        """Some bytes; none when there are no more."""
        try:
            return self.socket.recv(count)
        except OSError:
            return b""

    def status(self):
        """Of the next answer, or None if there is none; what follows is thrown away."""
        start = self.read()
        return int(start.split()[1]) if start.startswith(b"HTTP/1.") else None


def cpu_seconds(pid):
    with open("/proc/%d/stat" % pid) as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid):
    with open("/proc/%d/statm" % pid) as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def peak_bytes(pid):
    with open("/proc/%d/status" % pid) as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def cost(pid, call):
    """Seconds of CPU that a process takes while something is called."""
    before = cpu_seconds(pid)
    call()
    return cpu_seconds(pid) - before
