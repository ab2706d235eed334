"""
What a page was drawn from, signed, in a hidden field of the page's forms: it comes back with what
somebody saves, and is compared with what is there then. So no model needs a column for it.
"""
import json
import re
import time

from django.core import signing
from django.utils.html import format_html

FIELD = "_version"
SALT = "channels_lts.admin.versions"
# In each form that is posted; Django writes it itself, whatever the theme.
CSRF_INPUT = re.compile(r"<input[^>]*\bname=['\"]csrfmiddlewaretoken['\"]")


class Version:
    """
    rows: {key: Row.state()}, of all rows that the page shows.
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
        As a text that only this person's pages of this row (`key` "": of the list) bring back.
        """
        content = [self.rows, self.shown, self.at]
        return signing.dumps(content, salt=salt(request, model, key), compress=True)

    @classmethod
    def seen(cls, request, model, key=""):
        """
        What the person had before them; an empty one, if it isn't said by a text of ours. A live
        list sends several: with a JSON list of keys and "@" in front, a text counts for those rows.
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
    """The page with hidden fields that bring these back, in each of its forms."""
    # Firefox fills in what a page had when it is loaded anew, unless it is told not to.
    fields = "".join(format_html(
        '<input type="hidden" name="{}" value="{}" autocomplete="off">', FIELD, text)
        for text in texts)
    return CSRF_INPUT.sub(lambda found: fields + found.group(), html)


def carry(response, texts):
    """Has a response bring them back: one that isn't rendered yet, too."""
    def put(response):
        html = response.content.decode(response.charset)
        response.content = put_in(html, texts).encode(response.charset)
    if getattr(response, "is_rendered", True):
        put(response)
    else:
        response.add_post_render_callback(put)
    return response
