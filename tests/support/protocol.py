"""
Holds frames against the document that clients get: workshop/static/workshop/asyncapi.json.
"""
import functools
import json
import os

from jsonschema import Draft7Validator

from . import ROOT

DOCUMENT = os.path.join(ROOT, "workshop", "static", "workshop", "asyncapi.json")


class PlainText(str):
    """A frame that isn't JSON."""


def content_of(text):
    """The content of a text frame."""
    try:
        return json.loads(text)
    except ValueError:
        return PlainText(text)


@functools.lru_cache(maxsize=1)
def document():
    with open(DOCUMENT, encoding="utf8") as stream:
        return json.load(stream)


def messages(action):
    """{name: message} of what the server does: "send" or "receive"."""
    names = {each["$ref"].rpartition("/")[2] for operation in document()["operations"].values()
             if operation["action"] == action for each in operation["messages"]}
    return {name: document()["components"]["messages"][name] for name in names}


def addresses(name):
    """Of the channels that have the message of this name."""
    return [channel["address"] for channel in document()["channels"].values()
            if name in channel["messages"]]


@functools.lru_cache(maxsize=1)
def frames_of_the_server():
    found = [message["payload"] for message in messages("send").values()
             if message["contentType"] == "application/json"]
    return Draft7Validator({"anyOf": found, "components": document()["components"]})


@functools.lru_cache(maxsize=1)
def literals():
    """The texts that a schema asks for; of others it doesn't matter which they are."""
    found = set()

    def collect(value):
        if isinstance(value, dict):
            found.update(value.get("enum", ()))
            value = list(value.values())
        for each in value if isinstance(value, list) else ():
            collect(each)
    collect(document()["components"])
    return found


def outline(value):
    """`value` without what no schema looks at, so that frames of one kind are one."""
    if isinstance(value, dict):
        return {key: outline(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted({json.dumps(outline(each), sort_keys=True): outline(each)
                       for each in value}.values(), key=repr)
    if isinstance(value, str):
        return value if value in literals() else ""
    return 0 if type(value) is int else value


@functools.lru_cache(maxsize=None)
def is_known(text):
    return frames_of_the_server().is_valid(json.loads(text))


def undocumented(frames):
    return [frame for frame in frames if not isinstance(frame, PlainText)
            and not is_known(json.dumps(outline(frame), sort_keys=True))]
