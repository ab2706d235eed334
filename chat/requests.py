"""
What a client's frame asks for, checked.
"""
import re
import unicodedata
from itertools import dropwhile

from django.utils.translation import ugettext as _

from channels_lts.frames import FrameError
from workshop.texts import clean_text

from .models import MOST_CHARACTERS

MAX_FRAME = 8192  # characters: 512 escaped as surrogate pairs, and what surrounds them
ID = re.compile(r"[A-Za-z0-9-]{1,64}\Z")
LARGEST = 2 ** 31 - 1  # the largest number that the database can compare with
COMMAND = re.compile(r"(?P<word>\S+)(?:\s+(?P<name>\S+)(?:\s+(?P<text>.*))?)?\Z", re.DOTALL)
SHOWN = 20  # characters of an unknown command that the answer quotes


def client_id(content):
    """The client's id of a frame, or None. Raises FrameError: bad_id."""
    value = content.get("id")
    if value is None:
        return None
    if not isinstance(value, str) or not ID.match(value):
        raise FrameError("bad_id", _("An id is 1 to 64 letters, digits and hyphens."))
    return value


def number(content):
    """Raises FrameError: bad_number."""
    value = content.get("number")
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
        raise FrameError("bad_number", _("number must be a whole number, 0 or more."))
    return value


def text(content):
    """Raises FrameError: not_text, empty, too_long."""
    return clean_text(content["message"], MOST_CHARACTERS, "message")


def addressed(content):
    """(name, text) of an action `private`. Raises FrameError: not_text, empty, too_long."""
    name = clean_text(content.get("to"), MOST_CHARACTERS, "name")
    return name, clean_text(content.get("text"), MOST_CHARACTERS, "message")


def private(value):
    """
    (name, text) of a message that begins with /pm, or None for one to all. Raises FrameError:
    empty, unknown_command. What might be meant as a command is never posted.
    """
    match = COMMAND.match("".join(dropwhile(is_invisible, value)))
    word = unicodedata.normalize("NFKC", match.group("word")).casefold() if match else ""
    if not word.startswith("/"):
        return None
    if word != "/pm":
        raise FrameError("unknown_command", _(
            "There is no command %s. A private message is: /pm name text"
        ) % match.group("word")[:SHOWN])
    if not match.group("name") or not match.group("text"):
        raise FrameError("empty", _("A private message is: /pm name text"))
    return match.group("name"), match.group("text")


def is_invisible(character):
    """Includes characters without width: a copied text may begin with one."""
    return character.isspace() or unicodedata.category(character) == "Cf"
