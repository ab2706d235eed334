"""
Which processes of a deployment send what to Redis.
"""
import os
import re
import socket

LINE = re.compile(r'^\+[\d.]+ \[(\d+) (?:[\d.]+:)?(\w+)\] "(\w+)"(.*)$')
END = "the end of what is monitored"


class Monitor:
    """
    Redis's MONITOR. Commands called by scripts are left out, since they aren't a client's: one
    script is one command.
    """

    def __init__(self, client):
        """`client`: a redis.Redis of the server and database to watch."""
        self.client = client
        pool = client.connection_pool.connection_kwargs
        self.database = pool["db"]
        self.socket = socket.create_connection((pool["host"], pool["port"]), timeout=15)
        self.lines = self.socket.makefile("r", encoding="utf8", errors="replace")
        self.socket.sendall(b"MONITOR\r\n")
        assert self.lines.readline() == "+OK\n"

    def close(self):
        self.lines.close()
        self.socket.close()

    def commands(self):
        """[(port of the client, command, its arguments)] since the last time."""
        self.client.echo(END)
        found = []
        while True:
            match = LINE.match(self.lines.readline())
            if match is None:
                continue
            database, port, command, arguments = match.groups()
            if command == "ECHO" and END in arguments:
                return found
            if port != "lua" and int(database) == self.database:
                found.append((int(port), command, arguments))


def ports_of(pid):
    """The local TCP ports of a process's connections (Linux)."""
    inodes = set()
    for name in os.listdir("/proc/%d/fd" % pid):
        try:
            target = os.readlink("/proc/%d/fd/%s" % (pid, name))
        except OSError:  # closed meanwhile
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    with open("/proc/net/tcp") as table:
        rows = [line.split() for line in table.readlines()[1:]]
    return {int(row[1].rpartition(":")[2], 16) for row in rows if row[9] in inodes}
