"""
    python script/protocol.py     makes workshop/static/workshop/asyncapi.json from docs/protocol.md

A block of the page is one of these; PATHS (patterns of those in the page's table) are by default
what its heading names.

    ```json NAME PATHS…          a frame from the server
    ```json client NAME PATHS…   one from a client
    ```json row NAME             what the blocks name instead of repeating it
"""
import fnmatch
import json
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PAGE = os.path.join(ROOT, "docs", "protocol.md")
TARGET = os.path.join(ROOT, "workshop", "static", "workshop", "asyncapi.json")

TYPES = {
    "text": {"type": "string"},
    "number": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "null": {"type": "null"},
    "object": {"type": "object"},
    "time": {"type": "string", "format": "date-time"},
    "plain": {"type": "string"},
    "errors": {"type": "object", "additionalProperties": {
        "type": "array", "items": {"type": "string"}, "minItems": 1}},
}
INFO = {
    "title": "Workshop", "version": "1",
    "description": "The frames of every socket. How to log in, what order they come in, and what "
                   "a client may rely on, stands in docs/protocol.md.",
}


def schema_of(shape):
    """The JSON Schema of a shape of the page."""
    if isinstance(shape, dict):
        return {
            "type": "object",
            "required": [key for key in shape if not key.endswith("?")],
            "properties": {key.rstrip("?"): schema_of(inner) for key, inner in shape.items()},
            "additionalProperties": False,
        }
    if isinstance(shape, list):
        return {"type": "array", "items": schema_of(shape[0])}
    words = shape.split("|")
    if all(word.startswith("'") for word in words):
        return {"enum": [word.strip("'") for word in words]}
    found = [TYPES.get(word) or {"$ref": "#/components/schemas/" + word} for word in words]
    return found[0] if len(found) == 1 else {"anyOf": found}


class Page:
    """docs/protocol.md, parsed."""

    def __init__(self, text):
        table = re.search(r"^\| path \|.*\n(?:\|.*\n)+", text, re.MULTILINE).group()
        self.paths = re.findall(r"`(/\S*/)`", table)
        self.rows, self.messages = {}, []  # for each message: (name, paths, is_from_client, shape)
        heading = ""
        for line, words, body in re.findall(
                r"^#+ (.+)$|^```json (.+)\n((?:(?!```).*\n)+)```$", text, re.MULTILINE):
            heading = self.path_in(line) or heading
            if words:
                self.add(words.split(), json.loads(body), heading)

    def path_in(self, line):
        return next((word for word in line.split() if word in self.paths), None)

    def add(self, words, shape, heading):
        kind = words.pop(0) if words[0] in ("client", "row") else "server"
        if kind == "row":
            self.rows[words[0]] = shape
        else:
            name, patterns = words[0], words[1:] or [heading]
            found = [path for path in self.paths
                     if any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)]
            self.messages.append((name, found, kind == "client", shape))


def document(page):
    """The AsyncAPI document of a Page."""
    channels, operations = {}, {}
    for path in page.paths:
        key = re.sub("[<>]", "", path.strip("/")).replace("/", ".")
        channels[key] = channel(path, page)
        for action, is_from_client in (("send", False), ("receive", True)):
            names = [name for name, paths, by_client, _ in page.messages
                     if path in paths and by_client == is_from_client]
            if names:
                operations[key + "." + action] = operation(action, key, names)
    return {
        "asyncapi": "3.0.0", "info": INFO, "defaultContentType": "application/json",
        "channels": channels, "operations": operations,
        "components": {
            "schemas": {name: schema_of(shape) for name, shape in page.rows.items()},
            "messages": {name: message(name, shape) for name, _, _, shape in page.messages},
        },
    }


def channel(path, page):
    found = {
        "address": re.sub("<(.*?)>", r"{\1}", path),
        "messages": {name: {"$ref": "#/components/messages/" + name}
                     for name, paths, _, _ in page.messages if path in paths},
    }
    parameters = re.findall("<(.*?)>", path)
    return dict(found, parameters={name: {} for name in parameters}) if parameters else found


def operation(action, key, names):
    return {"action": action, "channel": {"$ref": "#/channels/" + key},
            "messages": [{"$ref": "#/channels/%s/messages/%s" % (key, name)} for name in names]}


def message(name, shape):
    kind = "text/plain" if shape == "plain" else "application/json"
    return {"name": name, "contentType": kind, "payload": schema_of(shape)}


def made():
    """The text of the file, as generated from the page."""
    with open(PAGE, encoding="utf8") as page:
        return json.dumps(document(Page(page.read())), indent=1) + "\n"


def main():
    text = made()
    with open(TARGET, "w", encoding="utf8") as target:
        target.write(text)


if __name__ == "__main__":
    sys.exit(__doc__) if sys.argv[1:] else main()
