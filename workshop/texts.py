"""
Texts that clients send and others see.
"""
import re

from django.utils.translation import ugettext as _

from channels_lts.frames import FrameError
from channels_lts.security.texts import nfc

# PostgreSQL accepts no NUL, and UTF-8 no half of a surrogate pair, both of which JSON can express.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean_text(value, most, noun):
    """
    The text in NFC, without what can't be stored, and without surrounding white space; at most
    `most` characters. Raises FrameError: not_text, empty, too_long.
    """
    if not isinstance(value, str):
        raise FrameError("not_text", _("The %s must be text.") % noun)
    value = nfc(UNSTORABLE.sub("\ufffd", value).strip())
    if not value:
        raise FrameError("empty", _("The %s is empty.") % noun)
    if len(value) > most:
        raise FrameError("too_long", _("The %s may have at most %d characters.") % (noun, most))
    return value
