"""
What is accepted as JSON, on every socket: nothing that couldn't be sent again.
"""
import json

import pytest

from channels_lts.frames import MAX_DEPTH, FrameError, decode, encode

LIMIT = 64 * 1024


def read(text):
    return decode({"text": text}, LIMIT)


def lists(depth):
    return "[" * depth + "]" * depth


def objects(depth):
    return '{"a":' * (depth - 1) + "{}" + "}" * (depth - 1)


@pytest.mark.parametrize("text", [
    "", "{", "NaN", "Infinity", "-Infinity", "[1e999]", '{"a": -1e999}', "1" * 400 + ".0"])
def test_what_is_not_json_is_refused(text):
    with pytest.raises(FrameError) as refused:
        read(text)
    assert refused.value.code == "bad_json"


@pytest.mark.parametrize("nested", [lists, objects])
@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 300, 900, 5000])
def test_what_is_nested_too_deep_is_refused(nested, depth):
    with pytest.raises(FrameError) as refused:
        read(nested(depth))
    assert refused.value.code == "bad_json"


@pytest.mark.parametrize("text", [
    lists(MAX_DEPTH), objects(MAX_DEPTH), "[%s]" % ",".join(["[]"] * 1000), '"' + "[" * 1000 + '"',
    "1.5", "-1e300", "1e-999", "1" * 400, "null"])
def test_what_is_taken_can_be_sent_again(text):
    content = read(text)
    assert json.loads(encode(content)["text"]) == content
