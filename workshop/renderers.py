"""
How the REST API's answers look in a browser.
"""
from django.utils.translation import ugettext as _
from rest_framework import renderers

MOST = 4 * 10 ** 7  # for the sum below: takes less than a tenth of a second


class BrowsableAPIRenderer(renderers.BrowsableAPIRenderer):
    """
    REST framework's, but a text that is expensive to link isn't shown: its template passes the
    answer through urlize, which takes quadratic time over a word of brackets (CVE-2024-38875).
    """

    def get_content(self, *args):
        content = super().get_content(*args)
        if sum(len(word) ** 2 for word in content.split()) > MOST:
            return _("[%d characters, with words too long for this page: ask for ?format=json]"
                     ) % len(content)
        return content
