"""
What a client's frame asks for, checked. All functions raise FrameError.
"""
from django.utils.translation import ugettext as _

from channels_lts.frames import FrameError, decode, text_of
from workshop.texts import clean_text

MOST_CHARACTERS = 512
MAX_FRAME = 8192  # characters: 512 escaped as surrogate pairs, and what surrounds them


def plain_text(message):
    """The text of a frame that contains only text."""
    text = text_of(message, MOST_CHARACTERS)
    if not text:
        raise FrameError("empty", _("The frame is empty."))
    return text


def content_of(message):
    """The object in a frame."""
    content = decode(message, MAX_FRAME)
    if not isinstance(content, dict):
        raise FrameError("bad_frame", _("Frames here are JSON objects."))
    return content


def text(content, key):
    return clean_text(content.get(key), MOST_CHARACTERS, key)


def integer(content, key, least, most):
    value = content.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise FrameError(
            "bad_number", _("%s must be a whole number from %d to %d.") % (key, least, most))
    return value
