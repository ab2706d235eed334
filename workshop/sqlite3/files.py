import os

BESIDE = "-wal", "-shm"  # SQLite's files beside a database in WAL mode
inherited = []  # connections from before a fork; none may even be garbage-collected


def identity(path):
    """Which file is at the path; None: none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


class OpenFiles:
    """The files that a connection to the database at `path`, in WAL mode, has just opened."""

    def __init__(self, path):
        self.path = path
        self.main = identity(path)
        self.beside = {path + end: identity(path + end) for end in BESIDE}

    def are_replaced(self):
        """Whether the path now has another file, or none."""
        return identity(self.path) != self.main

    def leave(self, connection):
        """
        Call it before closing the sqlite3 connection to a file that was replaced. SQLite would
        write what is left in its log into the new file: both are found only by name
        (https://sqlite.org/howtocorrupt.html, 1.4). So the log is first applied to the old file.
        """
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for path, opened in self.beside.items():
            if opened is not None and identity(path) == opened:
                os.unlink(path)
