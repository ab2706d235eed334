"""
The data a page was drawn from, signed, in a hidden field of the page's forms. It comes back with
what somebody saves, and is compared with the current state. So no model needs a column for it.
"""
import json
import re
import time

from django.core import signing
from django.utils.html import format_html

FIELD = "_version"
SALT = "channels_lts.admin.versions"
# Present in every posted form; Django writes it itself, whatever the theme.
CSRF_INPUT = re.compile(r"<input[^>]*\bname=['\"]csrfmiddlewaretoken['\"]")


class Version:
    """
    rows: {key: Row.state()}, for all rows that the page shows.
    shown: a digest of what else it shows and what saving it depends on; None: nothing.
    at: when it was drawn, in seconds.
    """

    def __init__(self, rows=(), shown=None, at=None):
        self.rows = dict(rows)
        self.shown = shown
        self.at = time.time() if at is None else at

    def __eq__(self, other):
        return (self.rows, self.shown) == (other.rows, other.shown)

    def seal(self, request, model, key=""):
        """
        Signs it, as a text valid only on this person's pages of this row (`key` "": of the list).
        """
        content = [self.rows, self.shown, self.at]
        return signing.dumps(content, salt=salt(request, model, key), compress=True)

    @classmethod
    def seen(cls, request, model, key=""):
        """
        What the person had in front of them; empty unless a text signed by us says it. A live list
        sends several: one prefixed with a JSON list of keys and "@" applies to those rows only.
        """
        found = cls(at=0)
        for text in request.POST.getlist(FIELD):
            keys, _, sealed = text.rpartition("@")
            try:
                rows, shown, at = signing.loads(sealed, salt=salt(request, model, key))
                rows = {each: rows[each] for each in json.loads(keys)} if keys else rows
            except (signing.BadSignature, ValueError, TypeError, KeyError):
                continue
            found = cls(dict(found.rows, **rows), shown, found.at or at)
        return found


def salt(request, model, key):
    return ":".join([SALT, str(request.user.pk), model._meta.label_lower, str(key)])


def put_in(html, texts):
    """The page with these texts as hidden fields in each of its forms."""
    # On a reload, Firefox restores the old values of fields unless it is told not to.
    fields = "".join(format_html(
        '<input type="hidden" name="{}" value="{}" autocomplete="off">', FIELD, text)
        for text in texts)
    return CSRF_INPUT.sub(lambda found: fields + found.group(), html)


def carry(response, texts):
    """Makes a response carry them, even one that hasn't been rendered yet."""
    def put(response):
        html = response.content.decode(response.charset)
        response.content = put_in(html, texts).encode(response.charset)
    if getattr(response, "is_rendered", True):
        put(response)
    else:
        response.add_post_render_callback(put)
    return response
