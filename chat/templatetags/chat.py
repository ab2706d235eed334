import re

from django import template
from django.utils.html import format_html, format_html_join

register = template.Library()

# As in front/src/utils/chat/text.js. Not Django's urlize: it takes quadratic time over brackets.
URLS = re.compile(r'(https?://[^\s<>"\\]+)', re.IGNORECASE)
HAS_HOST = re.compile(r"https?://[^/?#]", re.IGNORECASE)
TRAIL = ".,;:!?'’”»]}…"


@register.filter
def with_links(text):
    """A message's text as HTML, with web addresses as links."""
    if "://" not in text:
        return text
    return format_html_join("", "{}", ([piece(each)] for each in URLS.split(text)))


def piece(text):
    if not URLS.match(text):
        return text
    url = trimmed(text)
    if not HAS_HOST.match(url):
        return text
    link = '<a href="{0}" target="_blank" rel="noopener noreferrer nofollow">{0}</a>{1}'
    return format_html(link, url, text[len(url):])


def trimmed(url):
    """Without a full stop after the address, or a closing bracket that it didn't open."""
    opened = url.count("(") - url.count(")")
    end = len(url.rstrip(TRAIL))
    while end and url[end - 1] == ")" and opened < 0:
        opened += 1
        end = len(url[:end - 1].rstrip(TRAIL))
    return url[:end]
