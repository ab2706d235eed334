"""
The fields of a query or a form, once parsed.
"""
from channels_lts.conf import bound, settings

from .errors import BadRequest


def check_query(query):
    """Raises BadRequest. `query`: the QueryDict of a query string."""
    for name in settings.SEARCH_FIELDS:
        for value in query.getlist(name):
            check_search(value)


def check_search(value):
    if len(value) > bound("MAX_SEARCH_LENGTH"):
        raise BadRequest("a search longer than MAX_SEARCH_LENGTH")
    # Django's admin splits at white space, DRF also at commas.
    if len(value.replace(",", " ").split()) > bound("MAX_SEARCH_WORDS"):
        raise BadRequest("a search of more words than MAX_SEARCH_WORDS")


def check_form(pairs):
    """Raises BadRequest. `pairs`: (name, text) of the form's fields, names as often as sent."""
    for name, value in pairs:
        check_text(name, value)
        check_name(name)
        most = (settings.MAX_FIELD_LENGTHS or {}).get(name)
        if most is not None and len(value) > most:
            raise BadRequest("a form field longer than MAX_FIELD_LENGTHS", 413)


def check_name(name):
    """JSON sent as a form, which is curl's default, is one field with a long name."""
    if len(name) > bound("MAX_FIELD_NAME_LENGTH"):
        is_json = name.lstrip().startswith(("{", "["))
        raise BadRequest("a form field whose name is longer than MAX_FIELD_NAME_LENGTH%s" % (
            " (was JSON sent without Content-Type: application/json?)" if is_json else ""))


def check_text(*texts):
    """PostgreSQL accepts no NUL, and neither do file systems (Django ticket 28201)."""
    if any("\x00" in text for text in texts):
        raise BadRequest("a null character")
