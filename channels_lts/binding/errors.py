from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import ugettext as _

from ..frames import FrameError


class BindingError(FrameError):
    """
    A refusal on a stream. `errors` maps field names to lists of texts ("__all__" for what
    concerns no single field), as in the REST API; `row` is what the answer includes of the row's
    current state, {} or its "pk" and "data".
    """

    def __init__(self, code, message, errors=None, row=None):
        super().__init__(code, message)
        self.errors = errors or {}
        self.row = row or {}


def invalid(error):
    """A ValidationError as a BindingError."""
    errors = error.message_dict if hasattr(error, "error_dict") else {
        NON_FIELD_ERRORS: error.messages}
    return BindingError("invalid", _("The row isn't valid."), errors)
