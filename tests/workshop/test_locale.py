import ast
import glob
import os
import re

import django
import polib
import pytest
from django.conf import settings

from tests.support import ROOT

TRANS = re.compile(r'{% trans "([^"]+)" %}')
DJANGO = [os.path.join(os.path.dirname(django.__file__), folder, "locale")
          for folder in ("conf", "contrib/admin")]
SITE, ENGINE = settings.LOCALE_PATHS[0], os.path.join(ROOT, "channels_lts", "locale")


def path_in(folder):
    return os.path.join(folder, "es", "LC_MESSAGES", "django.")


@pytest.mark.parametrize("folder", [SITE, ENGINE])
def test_every_text_is_translated_and_compiled(folder):
    texts = {entry.msgid: entry.msgstr for entry in polib.pofile(path_in(folder) + "po")}
    assert all(texts.values())
    assert texts == {entry.msgid: entry.msgstr for entry in polib.mofile(path_in(folder) + "mo")}


@pytest.mark.parametrize("folder, packages", [
    (ENGINE, ["channels_lts"]), (SITE, ["workshop", "links", "display", "chat", "primer"])])
def test_every_text_of_the_code_is_in_the_catalogue(folder, packages):
    known = {entry.msgid for entry in polib.pofile(path_in(folder) + "po")}
    found = {text for name in packages for text in marked_texts(name)}
    assert found - known <= {"Enter a valid value.", "Yes", "No"}  # which Django has


def test_every_text_of_the_engines_templates_is_in_a_catalogue():
    known = {entry.msgid for path in (path_in(ENGINE), *map(path_in, DJANGO))
             for entry in polib.pofile(path + "po")}
    found = set()
    for path in glob.glob(os.path.join(ROOT, "channels_lts/templates/**/*.html"), recursive=True):
        with open(path, encoding="utf8") as template:
            found.update(TRANS.findall(template.read()))
    assert found and found - known == set()


def marked_texts(package):
    for path in glob.glob(os.path.join(ROOT, package, "**", "*.py"), recursive=True):
        with open(path, encoding="utf8") as module:
            for node in ast.walk(ast.parse(module.read())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "ugettext"):
                    yield node.args[0].s
