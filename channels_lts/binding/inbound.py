"""
A client's request to a binding, and the answer.
"""
from django.utils.translation import ugettext as _

from .. import outages
from ..frames import FrameError, described
from .errors import BindingError

ANSWERS = {"create": "created", "update": "updated", "delete": "deleted"}
MAX_REQUEST_ID = 64  # characters


class Inbound:
    """One payload for a `binding` created for it, whose methods do the work."""

    def __init__(self, binding):
        self.binding = binding

    def answer(self):
        """The payload of the answer: what was done, or why not."""
        reply = {}
        try:
            action, pk, data = self.binding.read_payload()
            if self.binding.request_id is not None:
                reply["request_id"] = checked_request_id(self.binding.request_id)
            with outages.answered(self.binding.answers()):
                reply.update(self.run(action, pk, data))
        except FrameError as error:
            reply.update(described(error), action="error", errors=getattr(error, "errors", {}),
                         **getattr(error, "row", {}))
        return reply

    def run(self, action, pk, data):
        self.binding.check_limits()
        if not isinstance(action, str) or action not in ANSWERS:
            raise BindingError("unknown_action", _("The actions are %s.") % ", ".join(ANSWERS))
        # Checked first: a client without permission learns nothing about rows.
        if not self.binding.has_permission(self.binding.user, action, pk):
            raise BindingError("forbidden", _("You may not %s this.") % action)
        done = self.binding.run_action(action, pk, data)  # None, if the project has its own
        return dict(done or {}, action=ANSWERS[action])


def checked_request_id(value):
    if isinstance(value, bool) or not isinstance(value, (str, int, float)) \
            or len(str(value)) > MAX_REQUEST_ID:
        raise BindingError("bad_data", _(
            "request_id is a text or number of at most %d characters.") % MAX_REQUEST_ID)
    return value
