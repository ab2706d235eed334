"""
A parameter that gettext accepted for lgettext until 3.11, which removed both: it had no other use.

django/utils/translation/trans_real.py: gettext_module.translation(…, codeset='utf-8', …)
django/utils/translation/trans_real.py: self.set_output_charset('utf-8')
"""
import functools
import gettext

SINCE = (3, 11)


def restore():
    if not hasattr(gettext.NullTranslations, "set_output_charset"):
        gettext.NullTranslations.set_output_charset = set_output_charset
        gettext.translation = without_codeset(gettext.translation)


def set_output_charset(self, charset):
    self._output_charset = charset


def without_codeset(translation):
    """gettext.translation with the removed parameter. All other arguments are passed on."""
    @functools.wraps(translation)
    def translation_with_codeset(*args, codeset=None, **kwargs):
        return translation(*args, **kwargs)
    return translation_with_codeset
