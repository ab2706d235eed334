class BlogRouter(object):
    """The blog's tables are in a database of their own."""

    def db_for_read(self, model, **hints):
        return "blog" if model._meta.app_label == "blog" else None

    db_for_write = db_for_read

    def allow_migrate(self, db, app_label, **hints):
        return (db == "blog") == (app_label == "blog")
