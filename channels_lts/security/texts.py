"""
The one form of a text: what looks the same is the same to a search, a constraint, a comparison.
"""
import unicodedata
from itertools import groupby

MOST_MARKS = 30  # that follow each other: Unicode's own bound for a "stream-safe" text (UAX 15)


def nfc(text):
    """
    The text in NFC, as keyboards write it; macOS decomposes what it copies. A text that heaps
    marks on a letter stays as it is: to order them takes quadratic time.
    """
    if text.isascii() or has_heaps(text):
        return text
    return unicodedata.normalize("NFC", text)


def has_heaps(text):
    return any(is_mark and sum(1 for _ in run) > MOST_MARKS
               for is_mark, run in groupby(text, lambda each: unicodedata.combining(each) > 0))
