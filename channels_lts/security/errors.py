"""
What the guards raise.
"""
from django.core.exceptions import SuspiciousOperation


class BadRequest(SuspiciousOperation):
    """
    A request refused with `status`. `reason` is one of a few texts: it goes to the client and the
    log, and names the setting if there is one.
    """

    def __init__(self, reason, status=400):
        super().__init__(reason)
        self.reason = reason
        self.status = status
