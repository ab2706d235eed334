"""
Holds frames against the shapes that docs/protocol.md gives.
"""
import json
import os
import re

from . import ROOT

DOCUMENT = os.path.join(ROOT, "docs", "protocol.md")


class PlainText(str):
    """A frame that isn't JSON."""


TYPES = {
    "text": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "object": lambda value: isinstance(value, dict),
    "plain": lambda value: isinstance(value, PlainText),
    "errors": lambda value: isinstance(value, dict) and all(
        isinstance(texts, list) and texts and all(isinstance(text, str) for text in texts)
        for texts in value.values()),
}


def content_of(text):
    """What stands in a text frame."""
    try:
        return json.loads(text)
    except ValueError:
        return PlainText(text)


def shapes():
    with open(DOCUMENT, encoding="utf8") as document:
        return [json.loads(block)
                for block in re.findall(r"```json\n(.*?)```", document.read(), re.S)]


def matches(value, shape):
    """Whether `value` has the `shape`: the same keys, and values of the types it names."""
    if isinstance(shape, dict):
        required = {key for key in shape if not key.endswith("?")}
        known = {key.rstrip("?"): inner for key, inner in shape.items()}
        return (isinstance(value, dict) and required <= set(value) <= set(known)
                and all(matches(value[key], known[key]) for key in value))
    if isinstance(shape, list):
        return isinstance(value, list) and all(matches(item, shape[0]) for item in value)
    return any(
        value == word.strip("'") if word.startswith("'") else TYPES[word](value)
        for word in shape.split("|"))


def undocumented(frames):
    known = shapes()
    return [frame for frame in frames if not any(matches(frame, shape) for shape in known)]
