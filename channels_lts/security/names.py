"""
Account names, compared as people see them.
"""
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import ugettext_lazy as _

from channels_lts.extras import extra

with extra("names"):
    from confusable_homoglyphs import categories, confusables

MAX_LENGTH = 254  # characters; the rest isn't compared

# Characters that fonts draw like another ASCII character (before case folding, which loses "I").
ASCII_LOOKS = {"I": "l", "1": "l", "|": "l", "0": "o"}
PAIR_LOOKS = (("rn", "m"), ("vv", "w"))
# Letters without a glyph (Unicode's Default_Ignorable_Code_Point), not covered by any category.
INVISIBLE = "\u115f\u1160\u3164\uffa0\u2800"
# Scripts that one language mixes (UTS 39, "highly restrictive").
MIXED_BY_LANGUAGES = (
    {"LATIN", "HAN", "HIRAGANA", "KATAKANA"}, {"LATIN", "HAN", "HANGUL"},
    {"LATIN", "HAN", "BOPOMOFO"})


def normalized(name):
    """The name in the form used for comparison: NFKC (UAX 15), in lower case."""
    return nfkc(nfkc(name[:MAX_LENGTH]).casefold())


def skeleton(name):
    """What the name looks like: names with the same skeleton can be confused (UTS 39)."""
    seen = "".join(map(look, nfkc(name[:MAX_LENGTH])))
    seen = normalized(seen)
    for pair, single in PAIR_LOOKS:
        seen = seen.replace(pair, single)
    return seen


def check(name):
    """Raises ValidationError for a name that hides or imitates something."""
    if len(name) > MAX_LENGTH:
        raise ValidationError(_("This name is too long."), code="too_long")
    if name != nfkc(name):
        raise ValidationError(_("Use plain letters in the name (Unicode NFKC)."),
                              code="not_normal")
    if unicodedata.category(name[:1] or "x")[0] == "M" or any(map(is_invisible, name)):
        raise ValidationError(_("The name contains invisible characters."),
                              code="invisible")
    if not is_of_one_script(name):
        raise ValidationError(_("The name mixes letters of several scripts."), code="mixed")


def nfkc(text):
    return unicodedata.normalize("NFKC", text)


def look(character):
    """The ASCII character that looks like it; the character itself if there is none."""
    if character >= "\x80":
        found = confusables.is_confusable(character, greedy=True, preferred_aliases=[])
        glyphs = [each["c"] for each in found[0]["homoglyphs"]] if found else []
        character = next((glyph for glyph in glyphs if max(glyph) < "\x80"), character)
    return "".join(ASCII_LOOKS.get(each, each) for each in character)


def is_invisible(character):
    return unicodedata.category(character)[0] in "CZ" or character in INVISIBLE


def is_of_one_script(name):
    scripts = categories.unique_aliases(name) - {"COMMON", "INHERITED"}
    return len(scripts) < 2 or any(scripts <= mixed for mixed in MIXED_BY_LANGUAGES)
