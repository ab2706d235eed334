from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.translation import ugettext as _

from ..frames import FrameError


class BindingError(FrameError):
    """
    A refusal on a stream. `errors` maps field names to lists of texts ("__all__" for what
    concerns no single field), as the REST API does.
    """

    def __init__(self, code, message, errors=None):
        super().__init__(code, message)
        self.errors = errors or {}


def invalid(error):
    """A ValidationError as a BindingError."""
    errors = error.message_dict if hasattr(error, "error_dict") else {
        NON_FIELD_ERRORS: error.messages}
    return BindingError("invalid", _("The row isn't valid."), errors)
