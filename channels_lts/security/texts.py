"""
One form for texts: what looks the same is the same to searches, constraints and comparisons.
"""
import unicodedata
from itertools import groupby

MOST_MARKS = 30  # in a row: Unicode's own limit for a "stream-safe" text (UAX 15)


def nfc(text):
    """
    The text in NFC, as typed on keyboards; macOS decomposes copied text. A text that piles marks on
    a letter is returned unchanged: sorting them takes quadratic time.
    """
    if text.isascii() or has_heaps(text):
        return text
    return unicodedata.normalize("NFC", text)


def has_heaps(text):
    return any(is_mark and sum(1 for _ in run) > MOST_MARKS
               for is_mark, run in groupby(text, lambda each: unicodedata.combining(each) > 0))
