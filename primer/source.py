"""
The project's files as the page shows them: code and text, read when the page is rendered. A file is
rendered again after a change.
"""
import functools
import os
import re
from collections import namedtuple

import markdown
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from markdown.extensions.codehilite import CodeHiliteExtension
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.tables import TableExtension
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

Code = namedtuple("Code", "path html")

DOCUMENT = "docs/primer.md"
LINK = re.compile(r"\[[^\]]+\]\((\w+\.md)\)")
EXTENSIONS = [FencedCodeExtension(), TableExtension(),
              CodeHiliteExtension(css_class="highlight", guess_lang=False)]
INTRODUCTION = re.compile(r"\A# [^\n]+\n(?P<text>.*?)(?=^## )", re.MULTILINE | re.DOTALL)
SECTION = re.compile(r"^## (?P<title>[^\n]+)\n<!-- (?P<key>\w+) -->\n(?P<text>.*?)(?=^## |\Z)",
                     re.MULTILINE | re.DOTALL)


def code(path, name=None):
    """A file as Code; with `name`, only the list with this name."""
    return Code(path, scrollable(highlighted(read(path), name), path))


def read(path):
    with open(os.path.join(settings.BASE_DIR, path), encoding="utf8") as file:
        return file.read()


@functools.lru_cache(maxsize=64)
def highlighted(source, name):
    if name is not None:
        start = source.index("%s = [" % name)
        source = source[start:source.index("\n]\n", start) + 2]
    return mark_safe(highlight(source, PythonLexer(), HtmlFormatter()))


def scrollable(html, label):
    """Code is wider than narrow windows: it can be focused, so keys scroll it too."""
    return mark_safe(html.replace(
        "<pre>", format_html('<pre tabindex="0" role="group" aria-label="{}">', label)))


def texts():
    """{key of an example: its section of the document as HTML}; the introduction's key is None."""
    return rendered(read(DOCUMENT))


@functools.lru_cache(maxsize=2)
def rendered(document):
    texts = {section["key"]: html_of(section["text"]) for section in SECTION.finditer(document)}
    texts[None] = html_of(INTRODUCTION.match(document)["text"])
    return texts


def html_of(text):
    """The site doesn't serve the other documents: a link to one becomes its name."""
    html = markdown.markdown(LINK.sub(r"`docs/\1`", text), extensions=EXTENSIONS)
    return scrollable(html, "Code")
