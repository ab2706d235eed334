"""
Names that look like others.
"""
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from channels_lts.security import names


@pytest.mark.parametrize("name, code", [
    ("a\u043bice", "mixed"),  # Cyrillic
    ("\u0391lice", "mixed"),  # Greek
    ("\u30a2\uc544", "mixed"),  # Katakana and Hangul
    ("al\u200bice", "invisible"), ("al\u202eice", "invisible"), ("alice\x00", "invisible"),
    ("al ice", "invisible"), ("al\u3164ice", "not_normal"), ("al\u115fice", "invisible"),
    ("al\u00adice", "invisible"), ("al\ue000ice", "invisible"), ("\u0301", "invisible"),
    ("e\u0301mile", "not_normal"), ("\uff41lice", "not_normal"), ("\U0001d41alice", "not_normal"),
    ("\u2168", "not_normal"), ("a" * 255, "too_long"),
])
def test_a_name_that_hides_something_is_refused(name, code):
    with pytest.raises(ValidationError) as error:
        names.check(name)
    assert error.value.code == code


@pytest.mark.parametrize("name", [
    "alice", "Alice_9", "o.k-a+y@example.com", "\xe9mile", "\u0438\u0440\u0430",
    "\u5c71\u7530\u3042\u30a2", "\uae40x", "\u0391\u03bb\u03ad\u03be\u03b7\u03c2"])
def test_a_name_in_one_script_is_taken(name):
    names.check(name)


@pytest.mark.parametrize("one, other", [
    ("Root", "root"), ("STRASSE", "stra\xdfe"), ("\xc9mile", "e\u0301mile"), ("\uff52oot", "root")])
def test_case_and_form_make_no_other_name(one, other):
    assert names.normalized(one) == names.normalized(other)


@pytest.mark.parametrize("one, other", [
    ("aIice", "alice"), ("a1ice", "alice"), ("r00t", "root"), ("r0Ot", "root"), ("rnary", "mary"),
    ("\u0441\u043e\u0440\u0430", "copa"), ("\u0251lice", "alice"), ("ROOT", "root"),
    ("\u0391\u0392", "AB")])
def test_names_that_look_the_same_have_one_skeleton(one, other):
    assert names.skeleton(one) == names.skeleton(other)


@pytest.mark.parametrize("one, other", [("alice", "alicia"), ("Lia", "Ila"), ("jose", "jos\xe9")])
def test_names_that_differ_are_two(one, other):
    assert names.skeleton(one) != names.skeleton(other)
    assert names.normalized(one) != names.normalized(other)


@given(st.text(max_size=300))
def test_any_text_has_a_normal_form_and_a_skeleton_of_bounded_length(text):
    assert names.normalized(names.normalized(text)) == names.normalized(text)
    names.skeleton(text)
    try:
        names.check(text)
    except ValidationError:
        return
    if len(text) <= 150:
        assert len(names.normalized(text)) <= 500 and len(names.skeleton(text)) <= 500


def test_of_a_long_text_only_the_beginning_is_compared():
    assert names.normalized("x" * 254 + "\u0301" * 10 ** 6) == "x" * 254
