"""
What the page shows of the project's files: code and text, read when the page is made. A file is
rendered again when it has changed.
"""
import functools
import os
import re
from collections import namedtuple

import markdown
from django.conf import settings
from django.utils.safestring import mark_safe
from markdown.extensions.codehilite import CodeHiliteExtension
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.tables import TableExtension
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

Code = namedtuple("Code", "path html")

DOCUMENT = "docs/primer.md"
EXTENSIONS = [FencedCodeExtension(), TableExtension(),
              CodeHiliteExtension(css_class="highlight", guess_lang=False)]
SECTION = re.compile(r"^## (?P<title>[^\n]+)\n<!-- (?P<key>\w+) -->\n(?P<text>.*?)(?=^## |\Z)",
                     re.MULTILINE | re.DOTALL)


def code(path, name=None):
    """A file as Code; with `name`, only the list that the file calls so."""
    return Code(path, highlighted(read(path), name))


def read(path):
    with open(os.path.join(settings.BASE_DIR, path), encoding="utf8") as file:
        return file.read()


@functools.lru_cache(maxsize=64)
def highlighted(source, name):
    if name is not None:
        start = source.index("%s = [" % name)
        source = source[start:source.index("\n]\n", start) + 2]
    return mark_safe(highlight(source, PythonLexer(), HtmlFormatter()))


def texts():
    """{key of an example: its section of the document as HTML}"""
    return sections(read(DOCUMENT))


@functools.lru_cache(maxsize=2)
def sections(document):
    return {section["key"]: mark_safe(markdown.markdown(section["text"], extensions=EXTENSIONS))
            for section in SECTION.finditer(document)}
