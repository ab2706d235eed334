from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """
    Django's SQLite backend, but for how a transaction begins: with the lock for writing. SQLite
    refuses at once ("database is locked", whatever the timeout) to let a transaction write that
    has read, if another process has written since: every form of the admin reads before it
    writes. (Django 5.1 has transaction_mode for this: ticket 29280.)
    """

    def _start_transaction_under_autocommit(self):
        self.cursor().execute("BEGIN IMMEDIATE")
