import os

import polib
from django.conf import settings

PATH = os.path.join(settings.LOCALE_PATHS[0], "es", "LC_MESSAGES", "django.")


def test_every_text_is_translated_and_compiled():
    texts = {entry.msgid: entry.msgstr for entry in polib.pofile(PATH + "po")}
    assert all(texts.values())
    assert texts == {entry.msgid: entry.msgstr for entry in polib.mofile(PATH + "mo")}
