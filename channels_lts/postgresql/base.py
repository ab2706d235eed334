from ..compat.postgresql import base
from .connections import Connection


class DatabaseWrapper(base.DatabaseWrapper):
    """
    Also for psycopg2 2.9. A `connection_factory` or `cursor_factory` among the project's OPTIONS
    stays, and then there is no limit.
    """

    def get_connection_params(self):
        return dict({"connection_factory": Connection}, **super().get_connection_params())
