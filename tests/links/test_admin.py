import pytest

from links.models import Link, Tag
from tests.bindings.frames import watch

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


@pytest.mark.parametrize("query", ["", "?q=Django", "?pending__exact=0"])
def test_links_are_listed_searched_and_filtered(client, admin, query):
    client.force_login(admin)
    Link.objects.create(name="Django", url="https://www.djangoproject.com/", user=admin)
    answer = client.get("/admin/links/link/" + query)
    assert b"www.djangoproject.com" in answer.content
    assert b'name="form-0-pending"' in answer.content


def test_a_tag_shows_its_similar_ones(client, admin):
    client.force_login(admin)
    python = Tag.objects.create(name="python")
    Tag.objects.create(name="pythons")
    answer = client.get("/admin/links/tag/%d/change/" % python.pk)
    assert b"pythons" in answer.content
