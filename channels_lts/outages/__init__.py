"""
What happens to work that needs a database or a Redis that is away, or a locked row: its client is
told to come back, and the outage is logged once, not with each message. docs/workers.md says what
clients and operators can rely on.
"""
from .errors import BUSY, UNAVAILABLE, kind_of
from .told import Later, answered, note

__all__ = ["BUSY", "UNAVAILABLE", "Later", "answered", "kind_of", "note"]
