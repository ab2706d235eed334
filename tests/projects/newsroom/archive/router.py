class ArchiveRouter(object):
    """Clippings are in a database of their own."""

    def db_for_read(self, model, **hints):
        return "archive" if model._meta.app_label == "archive" else None

    db_for_write = db_for_read

    def allow_migrate(self, db, app_label, **hints):
        return (db == "archive") == (app_label == "archive")
