import pytest
from django.contrib.auth.models import Permission

from links.models import Link, Tag
from primer.models import IntegerValue
from tests.support.admin import AdminPage

from ..channels_lts.binding.frames import watch

pytestmark = pytest.mark.django_db(transaction=True)

INLINES = {
    "linktag_set-TOTAL_FORMS": 1, "linktag_set-INITIAL_FORMS": 0,
    "linktag_set-MIN_NUM_FORMS": 0, "linktag_set-MAX_NUM_FORMS": 1000,
}


def test_a_link_saved_with_its_tags_arrives_with_them(client, admin):
    client.force_login(admin)
    tag = Tag.objects.create(name="python", user=admin)
    socket = watch("/updates/links/")
    answer = client.post("/admin/links/link/add/", dict(
        INLINES, name="Django", url="https://www.djangoproject.com/", user=admin.pk,
        description="", **{"linktag_set-0-tag": tag.pk}))
    assert answer.status_code == 302
    assert socket.frame()["payload"]["data"]["tags"] == [tag.pk]


def test_what_a_validator_fails_at_is_refused_at_its_field(client, admin):
    client.force_login(admin)
    answer = client.post("/admin/links/link/add/", dict(
        INLINES, name="x", url="http://\u2100.com/", user=admin.pk))
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == ["url"]


@pytest.mark.parametrize("query", ["", "?q=Django", "?pending__exact=0"])
def test_links_are_listed_searched_and_filtered(client, admin, query):
    client.force_login(admin)
    Link.objects.create(name="Django", url="https://www.djangoproject.com/", user=admin)
    answer = client.get("/admin/links/link/" + query)
    assert b"www.djangoproject.com" in answer.content
    assert b'name="form-0-pending"' in answer.content


@pytest.mark.parametrize("query", [
    "name__regex=(a%2B)%2B%24", "name__iregex=(", "name__range=1", "name__search=x"])
def test_lookups_that_raise_or_take_what_time_they_like_are_refused(client, admin, query):
    client.force_login(admin)
    Link.objects.create(name="a" * 30, url="https://www.djangoproject.com/", user=admin)
    assert client.get("/admin/links/link/?" + query).status_code == 400


@pytest.mark.parametrize("year, status", [("2026", 200), ("0", 400), ("10000", 400), ("x", 400)])
def test_a_list_is_asked_for_years_that_there_are(client, admin, year, status):
    client.force_login(admin)
    assert client.get("/admin/auth/user/?date_joined__year=" + year).status_code == status


def test_a_tag_shows_its_similar_ones(client, admin):
    client.force_login(admin)
    python = Tag.objects.create(name="python")
    Tag.objects.create(name="pythons")
    answer = client.get("/admin/links/tag/%d/change/" % python.pk)
    assert b"pythons" in answer.content


@pytest.fixture
def editor(client, account):
    """Logs in somebody who may edit rows in the change lists, but not add any."""
    user = account("editor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(
        codename__in=["change_link", "change_integervalue"]))
    client.force_login(user)
    return client


def change_list(initial, total, **fields):
    numbers = {"TOTAL_FORMS": total, "INITIAL_FORMS": initial, "MIN_NUM_FORMS": 0,
               "MAX_NUM_FORMS": 1000}
    numbers.update(fields)
    return dict({"form-%s" % name: value for name, value in numbers.items()}, _save="Save")


@pytest.mark.parametrize("path,fields", [
    ("links/link/", {"0-pending": "on"}), ("primer/integervalue/", {"0-value": 5})])
@pytest.mark.parametrize("initial,key", [(0, ""), (1, "4711")])
def test_nobody_adds_rows_by_a_list_that_is_for_changes(editor, path, fields, initial, key):
    """CVE-2026-4292"""
    answer = editor.post("/admin/" + path, change_list(initial, 1, **dict(fields, **{"0-id": key})))
    assert answer.status_code in (200, 403, 409)
    assert not Link.objects.exists() and not IntegerValue.objects.exists()


def test_the_list_changes_what_is_there(editor):
    IntegerValue.objects.create(name="answer", value=41)
    page = AdminPage(editor, "/admin/primer/integervalue/")
    assert page.save(**{"form-0-value": 42}).status == 302
    assert IntegerValue.objects.get().value == 42
