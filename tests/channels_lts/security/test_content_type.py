"""
Content-Type, parsed so that no later parser reads it differently.
"""
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_lts.security.content_type import parse, values
from tests.channels_lts.asking import ask

PRINTABLE = [chr(code) for code in range(0x20, 0x7f)] + ["\t"]
TOKEN = st.text("abcXYZ019!#$%&'*+-.^_`|~", min_size=1)
QUOTED = st.text([each for each in PRINTABLE if each not in '"\\'])
# Characters on which parsers differ, more often than in real text.
PIECES = st.lists(st.sampled_from(
    [";", "=", '"', "\\", " ", "\t", "a", "charset", "CHARSET", "charset*", "utf-7", "text/plain",
     '\\"', "\\\\", ';charset="']), max_size=14).map("".join)


@pytest.mark.parametrize("text, kind, parameters", [
    ("", "", []),
    ("text/plain", "text/plain", []),
    ("Text/Plain;Charset=UTF-8", "Text/Plain", [("charset", "UTF-8")]),
    ("a/b ; ; c = d;", "a/b", [("c", "d")]),
    ('a/b; c=";d=\\e "; c=""; c=', "a/b", [("c", ";d=\\e "), ("c", ""), ("c", "")]),
    ("application/json; utf-8", "application/json", []),
    ("multipart/form-data; boundary=----a/b=c:d", "multipart/form-data",
     [("boundary", "----a/b=c:d")]),
    ("a/b; charset*=utf-8'en'x", "a/b", [("charset*", "utf-8'en'x")]),
])
def test_what_clients_send_is_parsed(text, kind, parameters):
    assert parse(text) == (kind, parameters)


@pytest.mark.parametrize("text", [
    'a/b; c="d', 'a/b; c=d"', 'a/b; c="d"e', 'a/b; c="\\""', 'a/b; c="\\\\"', "a/b; =c",
    'a"/b; c=d', "a/b; c=d e", "a/b; c\\d=e"])
def test_what_two_readers_may_take_for_two_things_is_malformed(text):
    with pytest.raises(ValueError):
        parse(text)


@pytest.mark.parametrize("parameter", [
    "charset=utf-7", 'CHARSET = "utf-7"', "charset=utf-8; charset=utf-7", "charset=utf\\-7",
    "charset=utf-7; charset=utf-8", "charset*=utf-7''x", "charset*0=utf-; charset*1=7",
    'x="\\\\"; y="; charset=utf-7; z="', 'x="'])
def test_a_charset_hides_in_no_way_of_writing_it(parameter):
    answer = ask(method="POST", body=b"a=b", headers=[
        (b"content-type", b"application/x-www-form-urlencoded; " + parameter.encode("ascii"))])
    assert answer["status"] == 400


@given(TOKEN, st.lists(st.tuples(TOKEN, QUOTED, st.sampled_from([";", " ;", "; ", "\t;\t"]))))
def test_what_is_written_by_the_rules_is_read_back(kind, parameters):
    text = kind + "".join('%s%s="%s"' % (separator, name, value)
                          for name, value, separator in parameters)
    assert parse(text) == (kind, [(name.lower(), value) for name, value, _ in parameters])


@given(st.one_of(PIECES, st.text(PRINTABLE, max_size=40)))
def test_who_reads_behind_sees_no_charset_that_was_not_seen_here(text):
    cgi = pytest.importorskip("cgi")  # channels' reader; not in CPython 3.13
    try:
        _kind, parameters = parse(text)
    except ValueError:
        return
    behind = cgi.parse_header(text)[1].get("charset")
    assert behind is None or behind in values(parameters, "charset")
