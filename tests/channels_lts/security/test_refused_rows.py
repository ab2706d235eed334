"""
What only the database refuses, in the admin.
"""
import pytest
from django.db import DataError, connection
from django.db.models.signals import pre_save

from channels_lts.security import storable
from links.models import Link, LinkTag, Tag
from primer.models import IntegerValue

from ...support.admin import AdminPage

pytestmark = pytest.mark.django_db

REFUSED = "666"


@pytest.fixture
def is_refused(monkeypatch):
    """A database that refuses one value; whether it tells which can be set."""
    def check(instance, **kwargs):
        if any(str(getattr(instance, field.attname)) == REFUSED
               for field in instance._meta.concrete_fields):
            raise DataError("refused")
    models = (Link, LinkTag, IntegerValue)
    for model in models:
        pre_save.connect(check, sender=model)

    def set_blame(blame):
        monkeypatch.setattr(storable, "is_refused", blame)
    set_blame(lambda field, value, connection: str(value) == REFUSED)
    yield set_blame
    for model in models:
        pre_save.disconnect(check, sender=model)


@pytest.fixture
def add_link(client, admin):
    """Sends the form of a new link with a tag; returns the page with its errors."""
    def add(tag, **fields):
        client.force_login(admin)
        data = {"name": "x", "url": "http://a.example/", "description": "", "user": admin.pk,
                "linktag_set-TOTAL_FORMS": 1, "linktag_set-INITIAL_FORMS": 0,
                "linktag_set-0-tag": tag.pk}
        answer = client.post("/admin/links/link/add/", dict(data, **fields))
        assert answer.status_code == 200 and not Link.objects.exists()
        return answer.context
    return add


def test_a_value_is_an_error_at_its_field(is_refused, add_link):
    context = add_link(Tag.objects.create(name="t"), name=REFUSED)
    assert list(context["adminform"].form.errors) == ["name"]
    assert context["inline_admin_formsets"][0].formset.errors == [{}]


def test_so_it_is_in_an_inline(is_refused, add_link):
    context = add_link(Tag.objects.create(pk=REFUSED, name="t"))
    assert context["adminform"].form.errors == {}
    assert [list(each) for each in context["inline_admin_formsets"][0].formset.errors] == [["tag"]]


def test_a_row_whose_values_are_all_taken_one_by_one_is_refused_as_a_whole(is_refused, add_link):
    is_refused(lambda field, value, connection: False)
    context = add_link(Tag.objects.create(name="t"), name=REFUSED)
    assert list(context["adminform"].form.errors) == ["__all__"]


def test_of_a_list_nothing_is_saved_and_the_row_is_named(is_refused, client, admin):
    client.force_login(admin)
    rows = [IntegerValue.objects.create(name=name, value=0) for name in "ab"]
    page = AdminPage(client, "/admin/primer/integervalue/")
    answer = page.save(**{"form-0-value": "5", "form-1-value": REFUSED}).answer
    assert [list(each) for each in answer.context["cl"].formset.errors] == [[], ["value"]]
    assert {IntegerValue.objects.get(pk=row.pk).value for row in rows} == {0}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite takes any value")
def test_postgresql_is_asked_which_it_was(monkeypatch, add_link):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE links_link ALTER description TYPE jsonb "
                       "USING to_jsonb(description)")
    monkeypatch.setattr(Link._meta.get_field("description"), "db_type",
                        lambda connection: "jsonb", raising=False)
    context = add_link(Tag.objects.create(name="t"), description="{")
    assert list(context["adminform"].form.errors) == ["description"]
