import os

BESIDE = "-wal", "-shm"  # what SQLite has beside a database in WAL mode
inherited = []  # connections of the process before a fork; none may even be collected


def identity(path):
    """Which file stands there; None: none does."""
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
        """Whether another file, or none, is at the path by now."""
        return identity(self.path) != self.main

    def leave(self, connection):
        """
        Before the sqlite3 connection to a file that was replaced is closed. SQLite would play what
        is left in its log into the new file: both are found by name alone
        (https://sqlite.org/howtocorrupt.html, 1.4). So that goes where it belongs first.
        """
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        for path, opened in self.beside.items():
            if opened is not None and identity(path) == opened:
                os.unlink(path)
