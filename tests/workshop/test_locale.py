import ast
import glob
import os
import re

import django
import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.utils import translation
from django.utils.translation import trans_real

from tests.support import ROOT

TRANS = re.compile(r'{% trans "([^"]+)" %}')
DJANGO = [os.path.join(os.path.dirname(django.__file__), folder, "locale")
          for folder in ("conf", "contrib/admin")]
SITE, ENGINE = settings.LOCALE_PATHS[0], os.path.join(ROOT, "channels_lts", "locale")
# What a text says to somebody who is addressed as "usted": the site says "tú", everywhere.
USTED = re.compile(r"""\b(
    usted|ustedes|adjunte|asegúrese|borre|compruebe|corrija|desactive|desea|desmarque|elija|escoja|escriba|
    especifique|guarde|indique|inicie|inténtelo|introduzca|introduza|mantenga|marque|observe|
    pulse|quiere|revise|seleccione|utilice|vaya|verifique|vuelva[ ]a|podrá|le[ ]hemos|
    su[ ](?:contraseña|cuenta|dirección|navegador|nombre|paciencia|sesión|otra)|
    (?<!se[ ])(?:abrió|editó|eligió|escribió|registró|vio)|
    (?<!se[ ])puede[ ](?:añadir|cambiar|editar|editarlo|iniciar|seguir|verlo|ver)
    )\b|^(envíe|haga|permita|use)\b""", re.VERBOSE | re.IGNORECASE)
FRONT = os.path.join(ROOT, "workshop", "front", "src")


def path_in(folder):
    return os.path.join(folder, "es", "LC_MESSAGES", "django.")


@pytest.mark.parametrize("folder", [SITE, ENGINE])
def test_every_text_is_translated_and_compiled(folder):
    texts = texts_in(polib.pofile(path_in(folder) + "po"))
    assert all(map(all, texts.values()))
    assert texts == texts_in(polib.mofile(path_in(folder) + "mo"))


def texts_in(catalogue):
    return {entry.msgid: tuple(entry.msgstr_plural.values()) or (entry.msgstr,)
            for entry in catalogue}


def test_spanish_addresses_everybody_as_tu_in_djangos_texts_too():
    texts = trans_real.translation("es")._catalog.values()
    assert [text for text in texts if USTED.search(text)] == []


def test_spanish_addresses_everybody_as_tu_in_the_scripts_too():
    scripts = glob.glob(os.path.join(FRONT, "**", "*.js*"), recursive=True)
    texts = [line for script in scripts for line in lines_of(script) if USTED.search(line)]
    assert scripts and texts == []


def lines_of(path):
    with open(path, encoding="utf8") as script:
        return [line for line in script if re.match(r"\s+\w+: '", line)]


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


def test_every_text_of_the_sites_templates_is_in_a_catalogue():
    known = {entry.msgid for path in (path_in(SITE), path_in(ENGINE), *map(path_in, DJANGO))
             for entry in polib.pofile(path + "po")}
    found = set()
    for app in ("workshop", "links", "display", "chat", "primer"):
        pattern = os.path.join(ROOT, app, "templates", "**", "*.html")
        for path in glob.glob(pattern, recursive=True):
            with open(path, encoding="utf8") as template:
                found.update(TRANS.findall(template.read()))
    assert found and found - known == set()


def test_the_first_paint_says_what_the_scripts_will_say():
    """Or words would change while somebody reads them."""
    scripts = ""
    for name in ("i18n.js", os.path.join("chat", "texts.js")):
        with open(os.path.join(FRONT, "utils", name), encoding="utf8") as script:
            scripts += script.read()
    spanish = texts_in(polib.pofile(path_in(SITE) + "po"))
    for template in ("links/templates/links/_rows.html", "display/templates/display/_users.html",
                     "chat/templates/chat/_rooms.html", "chat/templates/chat/_messages.html"):
        with open(os.path.join(ROOT, template), encoding="utf8") as file:
            texts = TRANS.findall(file.read().replace("'", '"'))
        groups = {"Here now", "Logged in", "Offline"}  # display.views.grouped
        for text in groups.union(texts) - {"All links", "There are no rooms yet."}:
            assert ": '%s'" % text in scripts, text
            assert ": '%s'" % spanish[text][0] in scripts, text


def marked_texts(package):
    for path in glob.glob(os.path.join(ROOT, package, "**", "*.py"), recursive=True):
        with open(path, encoding="utf8") as module:
            for node in ast.walk(ast.parse(module.read())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "ugettext"):
                    yield node.args[0].s


def test_the_admin_names_the_sites_apps_in_the_visitors_language():
    with translation.override("es"):
        names = [str(apps.get_app_config(label).verbose_name)
                 for label in ("links", "chat", "primer")]
    assert names == ["Enlaces", "Chat", "Introducción"]
