"""
One row by socket, by REST and in the admin's forms: what is accepted, refused, and shown.
"""
import json
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.forms import modelform_factory
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels_lts.security.forms import LengthFirstModelForm
from tests.support.examples import examples
from workshop.serializers import RowSerializer

from .bindings import KindBinding, SampleBinding, TopicBinding
from .frames import Ear, ask
from .models import Kind, Sample, Topic

pytestmark = pytest.mark.django_db(transaction=True)

FIELDS = [name for name in KindBinding.field_names() if name not in ("id", "topic")]
Form = modelform_factory(Kind, form=LengthFirstModelForm, exclude=[])


class KindSerializer(RowSerializer):
    class Meta:
        model = Kind
        binding = KindBinding
        fields = KindBinding.field_names()


@pytest.fixture
def row():
    return Kind.objects.create()


@pytest.fixture
def berlin(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    timezone.get_default_timezone.cache_clear()
    yield
    timezone.get_default_timezone.cache_clear()


def strictly(text):
    def refuse(name):
        raise AssertionError("%s isn't JSON" % name)
    return json.loads(text, parse_constant=refuse)


def by_socket(row, data):
    """What an update by socket is answered: the row's data, or {field: texts}."""
    answer = ask(KindBinding, action="update", pk=row.pk, data=data)
    if answer["action"] == "error":
        assert answer["code"] == "invalid", answer
        return answer["errors"]
    return answer["data"]


def by_rest(row, data, partial=True):
    serializer = KindSerializer(Kind.objects.get(pk=row.pk), data=data, partial=partial)
    if not serializer.is_valid():
        return serializer.errors
    serializer.save()
    return serializer.data


def by_form(row, data):
    form = Form(dict({"name": "x"}, **data), instance=Kind.objects.get(pk=row.pk))
    if not form.is_valid():
        return form.errors
    form.save()
    return shown(row)


WAYS = [by_socket, by_rest, by_form]


def shown(row):
    return KindBinding().serialize_data(Kind.objects.get(pk=row.pk))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name, value", [
    ("url", "http://\u2100.com/"), ("url", "http://[/"),
    ("price", "10e2"), ("price", "1e400"), ("price", "Infinity"),
    ("moment", "0001-01-01T00:00:00+14:00"), ("moment", "9999-12-31T23:59:59-14:00"),
    ("moment", "2026-03-29T02:30:00"), ("moment", "2026-10-25T02:30:00"),
    ("span", "99999999999 00:00:00"),
    ("ratio", "NaN"), ("ratio", "Infinity"), ("ratio", "1e999"),
    ("small", 40000), ("number", 2 ** 31), ("big", 2 ** 63),
    ("name", "  \u2003 "), ("name", ""),
])
def test_what_no_row_can_hold_is_invalid_with_the_fields_name(row, berlin, way, name, value):
    assert list(way(row, {name: value})) == [name]


@pytest.mark.parametrize("name, value, held", [
    ("price", "5", "5.00"), ("price", "1e2", "100.00"), ("price", 2.5, "2.50"),
    ("name", "  Ana\u0301 ", "An\xe1"), ("text", " Caf\u0065\u0301\n", "Caf\xe9"),
    ("moment", "2026-07-01T12:00:00.123456", "2026-07-01T10:00:00.123456Z"),
    ("moment", "2026-07-01T12:00:00.5+00:00", "2026-07-01T12:00:00.500000Z"),
    ("time", "12:00:00.000001", "12:00:00.000001"), ("span", "1 02:00:00.5", "1 02:00:00.500000"),
    ("big", str(2 ** 53), str(2 ** 53)), ("big", 2 ** 53 - 1, 2 ** 53 - 1),
    ("uuid", "{12345678123456781234567812345678}", "12345678-1234-5678-1234-567812345678"),
])
def test_the_answer_is_what_the_table_holds(row, berlin, name, value, held):
    for way in WAYS[:2] if name == "moment" else WAYS:  # a form's is written in another way
        Kind.objects.update(**{name: Kind._meta.get_field(name).default
                               if name in ("name", "text") else None})
        assert way(row, {name: value})[name] == held
        assert shown(row)[name] == held


def test_where_no_zones_are_stored_a_time_with_one_becomes_the_sites(row, berlin, settings):
    settings.USE_TZ = False
    answer = by_socket(row, {"moment": "2026-07-01T12:00:00Z"})
    assert answer["moment"] == "2026-07-01T14:00:00"
    assert by_socket(row, answer) == answer


def test_frame_answer_and_rest_are_the_same_and_can_be_sent_back(row):
    ear = Ear("kinds")
    Kind.objects.filter(pk=row.pk).update(
        ratio=float("inf"), big=-2 ** 60, name="  of old ", url="of old", price="7",
        moment=datetime(2026, 1, 2, 3, 4, 5, 678901, timezone.utc), span=timedelta(-1, 5, 7))
    frame = strictly(json.dumps(ear.payloads()[-1]))["data"]
    assert frame["ratio"] == "Infinity"
    before = Kind.objects.get().__dict__
    assert by_socket(row, frame) == by_rest(row, frame) == by_rest(row, frame, partial=False) \
        == KindSerializer(Kind.objects.get()).data == frame
    assert {name: value for name, value in Kind.objects.get().__dict__.items()
            if name != "_state"} == {
                name: value for name, value in before.items() if name != "_state"}
    ear.close()


TEXTS = st.one_of(
    st.text(max_size=40),
    st.from_regex(r"-?[0-9]{1,12}([.:,eE+ -][0-9]{0,12}){0,3}\Z"),
    st.from_regex(r"[0-9]{4}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-5][0-9](:[0-5][0-9])?)?"
                  r"(Z|[+-][01][0-9]:[0-5][0-9])?\Z"),
    st.from_regex(r"https?://\S{1,20}\Z"), st.from_regex(r"\S{1,9}@\S{1,9}\.[a-z]{2,3}\Z"),
    st.uuids().map(str), st.ip_addresses().map(str), st.datetimes().map(lambda each: str(each)),
    st.timedeltas().map(str), st.sampled_from(["", " ", "null", "nan", "-inf", "P1D", "\u2100"]))
VALUES = st.one_of(TEXTS, st.integers(), st.floats(allow_nan=False, allow_infinity=False),
                   st.decimals().map(str), st.booleans(), st.none())


@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(FIELDS), value=VALUES)
def test_whatever_is_sent_for_a_field_is_stored_or_refused_by_name(row, name, value):
    answer = ask(KindBinding, action="update", pk=row.pk, data={name: value})
    if answer["action"] == "error":
        assert answer["code"] in ("invalid", "bad_data") and list(answer["errors"]) == [name]
    else:
        assert answer["data"] == shown(row)
        assert by_socket(row, answer["data"]) == answer["data"]
    by_rest(row, {name: value})
    # A form's null characters are refused before any form sees them (security/fields.py).
    if not isinstance(value, bool) and value is not None and "\x00" not in str(value):
        by_form(row, {name: str(value)})
    strictly(json.dumps(shown(row)))
    assert by_rest(row, shown(row), partial=False) == shown(row)


def test_a_key_that_javascript_would_round_travels_as_text(row):
    ear = Ear("kinds")
    key = 2 ** 53 + 1
    Kind.objects.create(pk=key)
    assert ear.payloads()[-1]["pk"] == str(key)
    answer = ask(KindBinding, action="update", pk=str(key), data={"name": "y"})
    assert (answer["pk"], answer["data"]["id"]) == (str(key), str(key))
    assert ask(KindBinding, action="delete", pk=str(key))["pk"] == str(key)
    assert [payload["pk"] for payload in ear.payloads()] == [str(key)] * 2
    ear.close()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite holds anything")
def test_what_postgresql_refuses_is_told_by_name(row, monkeypatch):
    monkeypatch.setattr(KindBinding, "validates", False)
    longer = "\u0958" * 40  # twice as long in NFC
    assert by_socket(row, {"slug": longer, "name": "y"}) == {"slug": ["Enter a valid value."]}


def test_an_error_of_the_models_own_clean_is_no_mistake_of_the_clients(monkeypatch):
    def clean(self):
        raise RuntimeError("a bug")
    sample = Sample.objects.create()
    monkeypatch.setattr(Sample, "clean", clean)
    with pytest.raises(RuntimeError):
        ask(SampleBinding, action="update", pk=str(sample.pk), data={"text": "y"})
    form = modelform_factory(Sample, form=LengthFirstModelForm, fields=["text"])({"text": "y"})
    with pytest.raises(RuntimeError):
        form.is_valid()


def test_a_heap_of_marks_is_stored_as_it_is(row):
    heap = "e" + "\u0301\u0323" * 10000
    assert by_socket(row, {"text": heap})["text"] == heap


def test_a_name_of_blanks_is_refused_when_a_row_is_made():
    answer = ask(TopicBinding, action="create", data={"name": " \t "})
    assert (answer["code"], list(answer["errors"])) == ("invalid", ["name"])
    assert not Topic.objects.exists()
