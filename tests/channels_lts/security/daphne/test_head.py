"""
Heads of requests: what is read is what was sent.
"""
import hypothesis.strategies as st
from hypothesis import given

from channels_lts.security.daphne.head import Head
from channels_lts.security.daphne.refusal import Refusal

NAMES = st.text("abcXYZ-_!'~09", min_size=1, max_size=8).map(lambda name: "x" + name)
# Whatever some parser may take for the end of a line, and more
VALUES = st.text(st.one_of(st.sampled_from("\r\n\x0b\x0c\x1c\x1d\x1e\x85\t :,;"),
                           st.characters(min_codepoint=32, max_codepoint=255)), max_size=20)
FIELDS = st.lists(st.tuples(NAMES, VALUES), max_size=8)


def encoded(fields):
    lines = ["GET / HTTP/1.1"] + ["%s: %s" % field for field in fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin1")


def clean(fields):
    return [(name.lower().encode(), value.encode("latin1").strip(b" \t"))
            for name, value in fields]


@given(FIELDS)
def test_a_header_is_what_was_sent_or_all_is_refused(fields):
    try:
        head = Head.parse(encoded(fields))
    except Refusal:
        assert any(control in value for _, value in fields
                   for control in "\r\n\x0b\x0c\x1c\x1d\x1e\x7f")
        return
    assert head.fields == clean(fields)
    assert Head.parse(bytes(head)).fields == head.fields


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    for each in (data + b"\r\n\r\n", b"GET / HTTP/1.1\r\n" + data + b"\r\n\r\n"):
        try:
            head = Head.parse(each)
            head.length
        except Refusal as refusal:
            assert refusal.status == 400
        else:
            assert len(head.fields) <= each.count(b"\r\n")
