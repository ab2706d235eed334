"""
What docs/primer.md says that each example costs, and the messages that it says that of.
"""
import re
from collections import namedtuple

from primer import source

LINE = re.compile(r"^\| ([^|]+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)

Costs = namedtuple("Costs", "daphne worker queries")
# What is sent to the example, by a user or anonymously, and how many frames come back; with
# OPEN_ACCESS, or without it by a user who has the permission.
Sent = namedtuple("Sent", "content is_user answers is_open", defaults=[True])
PERMISSION = "change_integervalue"

UPDATE = {"stream": "intval", "payload": {"action": "update", "pk": 1, "data": {"value": 9}}}


def by_both(noun, content, answers=1):
    return {"an anonymous " + noun: Sent(content, False, answers),
            "a user's " + noun: Sent(content, True, answers)}


SENT = {
    "echo": by_both("text", "x"),
    "class": {"anybody's frame": Sent("x", False, 1)},
    "streams": {"anybody's frame": Sent({"stream": "echo", "payload": {}}, False, 1)},
    "binding": dict(by_both("update", UPDATE, 2), **{
        "the same without `OPEN_ACCESS`, by a user who may": Sent(UPDATE, True, 2, is_open=False),
    }),
    "visitor": by_both("question", {"action": "who"}),
    "ordered": by_both("text", "x"),
    "poll": {"a poll that is answered at once": Sent("after=0", False, 1)},
    "raw": {"a request": Sent("", False, 1)},
    "background": by_both("task, with its result", {"primes_below": 10}, 2),
    "later": by_both("message, until it is accepted", {"text": "x", "seconds": 60}),
    "news": by_both("news", {"news": "x"}),
}
CASES = [(key, label) for key in SENT for label in sorted(SENT[key])]


def costs():
    """{(key, label): Costs} of all the lines in the document."""
    return {
        (section["key"], label): Costs(*map(int, numbers))
        for section in source.SECTION.finditer(source.read(source.DOCUMENT))
        for label, *numbers in LINE.findall(section["text"])}
