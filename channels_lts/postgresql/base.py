from ..compat.postgresql import base
from .connections import Connection


class DatabaseWrapper(base.DatabaseWrapper):
    """
    Works with psycopg2 2.9, too. If the project's OPTIONS have a `connection_factory` or
    `cursor_factory`, it is used, and there is no limit.
    """

    def get_connection_params(self):
        return dict({"connection_factory": Connection}, **super().get_connection_params())
