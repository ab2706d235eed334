"""
What newer CPythons removed is there again, and the pinned packages need each piece of it.
"""
from channels_lts.compat import containers

import collections.abc
import gettext
import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.support import ROOT
from tests.support.fresh import run

VERSION = sys.version_info[:2]
SET_UP = """
import django
from django.conf import settings
settings.configure(LANGUAGE_CODE="es")
django.setup()
"""
TRANSLATE = SET_UP + """
from django.utils import translation
UNDO
assert translation.gettext("Yes") == "Sí"
"""
WRITE = SET_UP + """
from django.db.migrations import serializer
UNDO
serializer.serializer_factory(collections.OrderedDict().keys())
"""
FIELD = SET_UP + """
from django.db import models
UNDO
models.CharField(choices=[("a", "A")])
"""
WRAP = """
from redis import connection
UNDO
connection.Connection._connect = lambda self: socket.socket()
connection.SSLConnection()._connect()
"""
# Since when a line of a pinned module needs it, a use of that, and what takes the cure away.
NEEDS = [
    ((3, 10), "django.db.models.sql.query", "from collections import Counter, Iterator, Mapping",
     "UNDO\nimport django.db.models", "del collections.Iterator"),
    ((3, 10), "django.core.paginator", "class Page(collections.Sequence)",
     "UNDO\nimport django.core.paginator", "del collections.Sequence"),
    ((3, 10), "django.db.models.fields", "isinstance(choices, collections.Iterator)",
     FIELD, "del collections.Iterator"),
    ((3, 10), "django.db.migrations.serializer", "isinstance(value, collections.Iterable)",
     WRITE, "del collections.Iterable"),
    ((3, 11), "django.utils.translation.trans_real", "codeset='utf-8'",
     TRANSLATE, "gettext.translation = gettext.translation.__wrapped__"),
    ((3, 11), "django.utils.translation.trans_real", "self.set_output_charset('utf-8')",
     TRANSLATE, "del gettext.NullTranslations.set_output_charset"),
    ((3, 12), "django.utils.six", "def find_module(self, fullname, path=None)",
     "UNDO\nimport django.conf", "sys.meta_path.pop()"),
    ((3, 12), "redis.connection", "ssl.wrap_socket(sock,", WRAP, "del ssl.wrap_socket"),
]
TRY = """
import collections, collections.abc, gettext, socket, ssl, sys
try:
    exec(%r)
except (AttributeError, ImportError, TypeError) as error:
    print("fails:", error)
"""
# What differs after the import: names that are new, and names that stand for something else.
CHANGES = """
import collections, gettext, ssl, sys
places = (collections, gettext, gettext.NullTranslations, ssl)
before, finders = [dict(vars(each)) for each in places], list(sys.meta_path)
import channels_lts.compat
after = [dict(vars(each)) for each in places]
print([sorted(set(new) - set(old)) for old, new in zip(before, after)])
print([name for old, new in zip(before, after) for name in old if new[name] is not old[name]])
print(len(sys.meta_path) - len(finders), sys.meta_path[:len(finders)] == finders)
print([name for name in sys.modules if name.partition(".")[0] in ("django", "redis", "channels")])
"""
UNSUPPORTED = """
import sys
sys.version_info = (3, 14, 0, "final", 0)
import channels_lts.compat
"""


def python(*arguments, **environ):
    return subprocess.run([sys.executable] + list(arguments), cwd=ROOT,
                          env=dict(os.environ, **environ), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, universal_newlines=True)


def failure(use, undo):
    return run(TRY % use.replace("UNDO", undo))


@pytest.mark.parametrize("since,module,line,use,undo", NEEDS)
def test_a_pinned_module_works_with_it_and_not_without(since, module, line, use, undo):
    with open(find_spec(module).origin, encoding="utf8") as source:
        assert line in source.read()
    assert failure(use, "") == ""
    if VERSION >= since:
        assert failure(use, undo).startswith("fails:")


def test_it_adds_what_was_removed_and_imports_nothing_that_needs_it():
    charset = ["set_output_charset"] if VERSION >= (3, 11) else []
    assert python("-c", CHANGES).stdout.splitlines() == [
        str([sorted(containers.NAMES) if VERSION >= (3, 10) else [], [], charset,
             ["wrap_socket"] if VERSION >= (3, 12) else []]),
        str(["translation"] if VERSION >= (3, 11) else []),
        "1 True" if VERSION >= (3, 12) else "0 True",
        "[]"]


@pytest.mark.skipif(VERSION >= (3, 10), reason="3.9 was the last that passed them on")
def test_the_containers_are_those_that_collections_passed_on():
    assert sorted(containers.NAMES) == sorted(collections.abc.__all__)


def test_a_translation_is_found_as_before():
    with pytest.raises(FileNotFoundError):
        gettext.translation("nowhere", codeset="utf-8")
    assert type(gettext.translation("nowhere", fallback=True)) is gettext.NullTranslations
    with pytest.raises(TypeError):
        gettext.translation("nowhere", encoding="utf-8")


def test_a_python_that_is_too_new_is_refused_with_a_line_that_names_the_others():
    refused = python("-c", UNSUPPORTED)
    assert refused.returncode == 1
    assert refused.stderr == "channels_lts: CPython 3.14 isn't supported; 3.7 to 3.13 are\n"


def test_commands_run_without_a_manage_py():
    done = python("-m", "channels_lts", "check", DJANGO_SETTINGS_MODULE="tests.settings")
    said = "System check identified no issues (0 silenced).\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")
