"""
What becomes of work that needs a database or a Redis which is away, or a row that is locked:
its client is told to come back, and the log tells of the outage, not of each message.
docs/workers.md says what a client and an operator may rely on.
"""
from .errors import BUSY, UNAVAILABLE, kind_of
from .told import Later, answered, note

__all__ = ["BUSY", "UNAVAILABLE", "Later", "answered", "kind_of", "note"]
