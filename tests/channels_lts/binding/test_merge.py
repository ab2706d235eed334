"""
Updates from clients that send the `base` they started from.
"""
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from links.bindings import LinkBinding
from links.models import Link, LinkTag, Tag
from tests.support.examples import examples

from .bindings import KindBinding, MemoBinding, SampleBinding
from .frames import ask
from .models import Kind, Memo, Sample

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ["text", "number", "maybe"]
VALUES = st.fixed_dictionaries({
    "text": st.sampled_from("abc"), "number": st.integers(0, 2),
    "maybe": st.sampled_from([True, False, None])})


@pytest.fixture(autouse=True)
def open_access(settings):
    settings.OPEN_ACCESS = True


@pytest.fixture
def link(alice):
    return Link.objects.create(name="Django", url="https://www.djangoproject.com/", user=alice)


def row_of(link):
    return ask(LinkBinding, action="update", pk=link.pk, data={})["data"]


def update(link, base, **data):
    return ask(LinkBinding, action="update", pk=link.pk, base=base, data=data)


def test_a_change_over_what_is_as_it_was_is_done(link):
    answer = update(link, {"name": "Django"}, name="mine")
    assert (answer["action"], answer["data"]["name"]) == ("updated", "mine")


def test_a_change_over_somebody_elses_is_refused_and_told_what_is_there(link):
    Link.objects.update(name="theirs", pending=True)
    answer = update(link, {"name": "Django", "url": link.url}, name="mine", url="https://new.org/")
    assert (answer["action"], answer["code"], answer["pk"]) == ("error", "conflict", link.pk)
    assert list(answer["errors"]) == ["name"] and answer["data"] == row_of(link)
    assert answer["data"]["name"] == "theirs"
    link.refresh_from_db()
    assert (link.name, link.url) == ("theirs", "https://www.djangoproject.com/")
    again = update(link, {"name": answer["data"]["name"]}, name="mine")
    assert again["action"] == "updated"


def test_what_somebody_else_has_changed_stays_where_this_client_has_not_touched_it(link):
    row = row_of(link)
    Link.objects.update(url="https://new.org/")
    LinkTag.objects.create(link=link, tag=Tag.objects.create(name="x"))
    answer = update(link, row, **dict(row, name="mine"))
    assert answer["action"] == "updated"
    assert (answer["data"]["name"], answer["data"]["url"]) == ("mine", "https://new.org/")


def test_the_same_change_of_two_people_is_no_conflict(link):
    Link.objects.update(name="same")
    assert update(link, {"name": "Django"}, name=" same ")["action"] == "updated"


def test_a_deletion_of_what_has_changed_is_refused_and_told_what_is_there(link):
    row = row_of(link)
    LinkTag.objects.create(link=link, tag=Tag.objects.create(name="x"))
    answer = ask(LinkBinding, action="delete", pk=link.pk, base=row)
    assert (answer["code"], list(answer["errors"])) == ("conflict", ["tags"])
    assert answer["data"] == row_of(link)
    again = ask(LinkBinding, action="delete", pk=link.pk, base=answer["data"])
    assert again["action"] == "deleted"


@pytest.mark.parametrize("base, data, names", [
    ([], {}, []), ("name", {}, []), (1, {}, []),
    ({}, {"name": "x"}, ["name"]), ({"name": "Django"}, {"name": "x", "url": "y"}, ["url"]),
    ({"secret": 1}, {}, ["secret"]), ({"password": 1, "name": "x"}, {"name": "x"}, ["password"]),
])
def test_a_base_that_says_too_little_or_too_much_is_refused(link, base, data, names):
    answer = update(link, base, **data)
    assert (answer["code"], sorted(answer["errors"])) == ("bad_data", names)


def test_a_base_tells_nothing_about_a_field_that_is_not_sent():
    sample = Sample.objects.create()
    for secret in ("secret", "guess"):
        for action in ("update", "delete"):
            answer = ask(SampleBinding, action=action, pk=str(sample.pk), data={},
                         base={"secret": secret})
            assert (answer["code"], sorted(answer["errors"])) == ("bad_data", ["secret"])


def test_who_may_not_write_learns_nothing_by_a_base(link, alice, settings):
    settings.OPEN_ACCESS = False
    for action in ("update", "delete"):
        answer = ask(LinkBinding, alice, action=action, pk=link.pk, data={"name": "x"},
                     base={"name": "guess"})
        assert answer["code"] == "forbidden" and "data" not in answer


def test_without_a_base_the_last_one_wins_as_ever(link):
    Link.objects.update(name="theirs")
    for base in ({}, {"base": None}):
        answer = ask(LinkBinding, action="update", pk=link.pk, data={"name": "mine"}, **base)
        assert answer["action"] == "updated"


def test_a_base_of_a_row_that_is_gone_is_gone(link):
    row, pk = row_of(link), link.pk
    link.delete()
    for action in ("update", "delete"):
        assert ask(LinkBinding, action=action, pk=pk, base=row, data={})["code"] == "gone"


def test_a_value_may_be_said_in_any_form_that_is_taken():
    kind = Kind.objects.create(ratio=1, price=5, number=7, name="x")
    base = {"ratio": 1, "price": "5.0", "number": "7", "name": "x "}
    answer = ask(KindBinding, action="update", pk=kind.pk, base=base,
                 data={"ratio": 2, "price": "6", "number": "8", "name": "y"})
    assert answer["action"] == "updated"
    answer = ask(KindBinding, action="update", pk=kind.pk, base=base, data={"number": "9"})
    assert list(answer["errors"]) == ["number"]


def test_a_base_is_what_the_binding_shows_though_it_is_no_field():
    memo = Memo.objects.create(text="tea")
    row = MemoBinding().serialize_data(memo)
    assert ask(MemoBinding, action="delete", pk=memo.pk, base=dict(row, shout="TEE"))["code"] == (
        "conflict")
    assert ask(MemoBinding, action="delete", pk=memo.pk, base=row)["action"] == "deleted"


def test_a_base_costs_no_query(link):
    row, counts = row_of(link), []
    for base in ({}, {"base": row}):
        with CaptureQueriesContext(connection) as queries:
            ask(LinkBinding, action="update", pk=link.pk, data={"pending": True}, **base)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@settings(deadline=None, max_examples=examples(60), suppress_health_check=list(HealthCheck))
@given(base=VALUES, now=VALUES, mine=VALUES, sent=st.sets(st.sampled_from(NAMES)))
def test_no_change_is_lost_without_a_word_and_none_is_made_that_nobody_wanted(
        base, now, mine, sent):
    Sample.objects.all().delete()
    sample = Sample.objects.create(**now)
    data = {name: mine[name] for name in sent}
    answer = ask(SampleBinding, action="update", pk=str(sample.pk), base=base, data=data)
    lost = {name for name in sent
            if mine[name] != base[name] != now[name] and mine[name] != now[name]}
    assert set(answer.get("errors", ())) == lost
    wanted = dict(now) if lost else dict(
        now, **{name: mine[name] for name in sent if mine[name] != base[name]})
    assert Sample.objects.values(*NAMES).get() == wanted
    assert {name: answer["data"][name] for name in NAMES} == wanted
