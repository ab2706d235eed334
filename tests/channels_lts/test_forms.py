"""
Length first: what is too long isn't examined any further, in forms, in the admin and by REST.
"""
import unicodedata

import pytest
from django import forms
from django.core import validators

from channels_lts import frames
from channels_lts.binding import values
from channels_lts.security.forms import LengthFirst, check_length
from display.forms import LoginForm, SignUpForm
from links.models import Link

INLINES = {"linktag_set-TOTAL_FORMS": 0, "linktag_set-INITIAL_FORMS": 0}
COMBINING = "e" + "\u0301" * 80000
COLONS = "http://" + ":" * 60000


@pytest.fixture
def longest(monkeypatch):
    """The length of the longest text that was normalised, hashed or matched as a URL."""
    seen = [0]

    def note(target, name, position):
        original = getattr(target, name)

        def noting(*args, **kwargs):
            if isinstance(args[position], str):
                seen.append(len(args[position]))
            return original(*args, **kwargs)
        monkeypatch.setattr(target, name, noting)
    note(unicodedata, "normalize", 1)
    note(validators.URLValidator, "__call__", 1)
    note(validators.RegexValidator, "__call__", 1)
    return lambda: max(seen)


@pytest.mark.django_db
@pytest.mark.parametrize("form_class, data, names", [
    (LoginForm, {"username": COMBINING, "password": "x"}, ["username"]),
    (LoginForm, {"username": "x", "password": "x" * 2 ** 20}, ["password"]),
    (SignUpForm, {"username": COMBINING, "password1": "x", "password2": "x"}, ["username"]),
    (SignUpForm, {"username": "x", "password1": "x" * 2 ** 20, "password2": "x" * 2 ** 20},
     ["password1", "password2"])])
def test_accounts_forms_refuse_what_is_too_long_before_they_look_at_it(
        form_class, data, names, longest):
    form = form_class(data=data)
    assert not form.is_valid() and sorted(set(form.errors) & set(names)) == names
    assert longest() <= 254
    form.as_p()  # shows it again
    assert longest() <= 254


class Sample(LengthFirst, forms.Form):
    short = forms.CharField(max_length=3)
    text = forms.CharField(widget=forms.Textarea)
    number = forms.IntegerField()
    many = forms.MultipleChoiceField(choices=[("a", "a")])


def test_each_kind_of_field_has_a_bound_and_white_space_around_does_not_count():
    good = {"short": "  abc  ", "text": "x" * 65536, "number": "7", "many": ["a"]}
    assert Sample(good).is_valid()
    for name, value in (("short", "abcd"), ("text", "x" * 65537), ("number", "1" * 1001),
                        ("many", ["a", "a" * 1001])):
        form = Sample(dict(good, **{name: value}))
        assert list(form.errors) == [name] and list(form.fields) == list(good)


@pytest.mark.django_db
@pytest.mark.parametrize("path, data", [
    ("/admin/links/link/add/", dict(INLINES, name="x", url=COLONS)),
    ("/admin/links/link/", {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "_save": "1",
                            "form-0-pending": "x" * 2000, "form-0-id": "1"}),
    ("/admin/auth/user/add/", {"username": COMBINING, "password1": "x", "password2": "x"}),
    ("/admin/login/", {"username": COMBINING, "password": "x" * 2 ** 20}),
    ("/admin/primer/integervalue/add/", {"name": "x", "value": "1" * 200000})])
def test_the_admin_refuses_what_is_too_long_before_it_looks_at_it(
        client, admin, path, data, longest):
    if "login" not in path:
        client.force_login(admin)
    assert client.post(path, data).status_code in (200, 302)
    assert longest() <= 1000 and not Link.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("content", [
    '{"name": "x", "url": "%s"}' % COLONS, '{"name": "\\u0000", "url": "http://a.example/"}',
    '{"name": "\\ud800", "url": "http://a.example/"}', "[" * 5000, '{"name": NaN}',
    '{"user": %s}' % ("1" * 2000), '{"name": 1e999}', "\xff", "[]"])
def test_the_api_refuses_what_it_can_not_take_before_it_looks_at_it(
        client, admin, content, longest):
    client.force_login(admin)
    answer = client.post("/links/api/links/", content.encode("latin1"),
                         content_type="application/json")
    assert answer.status_code == 400 and longest() <= 1000


def test_bindings_look_at_the_length_of_a_text_first():
    url = Link._meta.get_field("url")
    assert values.to_python(url, "http://a.example/") == "http://a.example/"
    with pytest.raises(validators.ValidationError, match="at most 200"):
        values.to_python(url, COLONS)


def test_a_number_in_a_frame_has_a_thousand_digits_at_most():
    assert frames.parse("1" * 1000) > 0
    with pytest.raises(ValueError):
        frames.parse("1" * 1001)


def test_a_list_is_as_long_as_its_longest_text():
    check_length(["abc", None, 5], 3)
    with pytest.raises(validators.ValidationError):
        check_length([["abcd"]], 3)
