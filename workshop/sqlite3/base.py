import os

from django.db.backends.sqlite3 import base

from .files import OpenFiles, inherited


class DatabaseWrapper(base.DatabaseWrapper):
    """
    Django's SQLite backend, except for how a transaction begins: with the write lock. SQLite
    immediately refuses ("database is locked", whatever the timeout) a write in a transaction that
    has already read, if another process has written since: every form of the admin reads before it
    writes. (Django 5.1 has transaction_mode for this: ticket 29280.)

    And for how long a connection stays open, since opening one takes longer than most queries: up
    to CONN_MAX_AGE in a thread that has called begin_message, elsewhere no longer than with
    Django's 0. It is abandoned if its file has been replaced, and in a forked process.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_kept = False
        self.files = None  # an OpenFiles; None: in memory, or never connected
        self.process = None  # the id of the one that opened the connection

    def _start_transaction_under_autocommit(self):
        self.cursor().execute("BEGIN IMMEDIATE")

    def begin_message(self):
        """For a thread that handles one message after another, and is told when there is none."""
        self.is_kept = True
        if self.connection is None or self.in_atomic_block or self.files is None:
            return
        self.leave_inherited()
        if self.connection is not None and self.files.are_replaced():
            self.close()

    def get_new_connection(self, params):
        self.process = os.getpid()
        return super().get_new_connection(params)

    def connect(self):
        super().connect()
        if not self.is_in_memory_db():
            self.files = OpenFiles(self.settings_dict["NAME"])

    def ensure_connection(self):
        self.leave_inherited()
        super().ensure_connection()

    def close(self):
        self.leave_inherited()
        try:
            self.leave_replaced()
        finally:
            super().close()

    def close_if_unusable_or_obsolete(self):
        super().close_if_unusable_or_obsolete()
        if not self.is_kept:
            self.close()

    def leave_replaced(self):
        """Not within a transaction: SQLite applies no log then."""
        is_open = self.connection is not None and not self.closed_in_transaction
        if (is_open and self.files is not None and not self.connection.in_transaction
                and self.files.are_replaced()):
            self.files.leave(self.connection)

    def leave_inherited(self):
        """
        SQLite connections must be neither used nor closed after a fork (howtocorrupt.html, 2.6).
        """
        if (self.connection is not None and self.process != os.getpid()
                and not self.is_in_memory_db()):
            inherited.append(self.connection)
            self.connection = None
