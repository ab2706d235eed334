"""
Models of every kind, in every kind of site: keys, proxies, parents, databases.
"""
import re
from urllib.parse import unquote

import pytest
from channels import Group
from django.apps.registry import Apps
from django.contrib import admin as django_admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.contrib.admin.utils import quote
from django.db import connections, models
from django.db.models.signals import post_save

from channels_lts.admin.live import group_of
from tests.support.admin import AdminPage
from tests.support.sockets import Refused

from ..binding.models import Label, Letter, Memo, Note, Place
from .test_change_form import change
from .urls import LiveAdmin, site

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def visit(client, account):
    """Opens pages, as somebody who may do everything and whom "hall" is named for."""
    client.force_login(account("hall", is_staff=True, is_superuser=True))
    return lambda path: AdminPage(client, path)


def socket_of(page, open_socket):
    """The socket that a page opens; daphne decodes its path."""
    return open_socket(unquote(re.search('data-socket="([^"]+)"', page.html).group(1)))


def told(socket):
    """How many frames have said that rows have changed."""
    return len([frame for frame in socket.frames() if frame["payload"]["action"] == "changed"])


# Keys


@pytest.mark.parametrize("key", ["a/b", "_", "_5F", "caf\u00e9 \u2713", "100%", "?x=1&y#z"])
def test_rows_are_followed_and_locked_whatever_is_in_their_keys(visit, open_socket, key):
    place = Place.objects.create(code=key, text="tea")
    page = visit("/staff/binding/place/%s/change/" % quote(key))
    socket = socket_of(page, open_socket)
    page_of_list = visit("/staff/binding/place/")
    assert page.save(text="milk").status == 302
    assert told(socket) == 1
    assert page.save(text="beer").status == 409
    assert page_of_list.save(**{"form-0-text": "ale"}).status == 409
    question = page_of_list.send(action="touch", index="0", _selected_action=[key])
    assert question.status == 409
    place.refresh_from_db()
    assert place.text == "milk"


@pytest.mark.parametrize("key", ["9" * 30, "-1", "x\0y", "1.5"])
def test_a_key_that_no_row_can_have_is_refused(visit, open_socket, key):
    with pytest.raises(Refused):
        open_socket("/ws/admin/staff/binding.note/%s/" % key)


# Proxies and parents


@pytest.mark.parametrize("changed", [Note, Memo])
@pytest.mark.parametrize("followed", ["note", "memo"])
def test_a_proxy_and_its_model_hear_of_each_other(visit, open_socket, changed, followed):
    socket = socket_of(visit("/staff/binding/%s/" % followed), open_socket)
    changed.objects.create(room="hall")
    assert told(socket) == 1


def test_a_list_of_children_hears_of_their_parents_rows(visit, open_socket):
    letter = Letter.objects.create(room="hall")
    socket = socket_of(visit("/admin/binding/letter/"), open_socket)
    Note.objects.get(pk=letter.pk).save()
    assert told(socket) == 1


@pytest.mark.parametrize("logged", [Memo, Letter])
def test_by_whom_is_known_whichever_admin_it_was_changed_in(visit, alice, logged):
    row = logged.objects.create(room="hall", text="tea")
    page = visit("/staff/binding/note/%d/change/" % row.pk)
    change(Note.objects.get(pk=row.pk), text="coffee")
    LogEntry.objects.log_action(
        alice.pk, get_content_type_for_model(row).pk, row.pk, str(row), CHANGE)
    assert "By alice, " in page.save(text="milk").html
    assert '"alice"' in visit("/staff/binding/note/?_since=1").answer.context["changed_by"]


def test_who_has_a_childs_form_open_is_seen_in_its_parents(visit, open_socket):
    letter = Letter.objects.create(room="hall")
    sockets = [open_socket("/ws/admin/admin/binding.%s/%d/" % (model, letter.pk))
               for model in ("note", "letter")]
    sockets[1].say({"action": "typing"})
    assert "typing" in [frame["payload"]["action"] for frame in sockets[0].frames()]


# Sites


def test_a_save_in_one_site_reaches_the_lists_of_another(visit, open_socket):
    note = Note.objects.create(room="hall", text="tea")
    socket = socket_of(visit("/admin/binding/note/"), open_socket)
    page = visit("/staff/binding/note/%d/change/" % note.pk)
    assert page.save(text="milk").status == 302
    assert told(socket) == 1


def test_pages_that_ask_again_are_of_their_own_site(visit):
    note = Note.objects.create(room="hall", text="tea")
    page = visit("/staff/binding/note/")
    change(note, text="coffee")
    again = page.save(**{"form-0-text": "milk"})
    assert again.status == 409
    assert "/staff/binding/" in again.html and "/admin/binding/" not in again.html


@pytest.fixture
def registered():
    """The ModelAdmin of labels; afterwards the site has the one that it had."""
    before = site._registry[Label]
    yield before
    site._registry[Label] = before


LABELS = "/ws/admin/admin/binding.label/"


@pytest.mark.parametrize("admin_class", [None, django_admin.ModelAdmin])
def test_a_model_that_is_no_longer_live_is_not_followed(
        visit, open_socket, registered, admin_class):
    open_socket(LABELS)
    site.unregister(Label)
    if admin_class:
        site.register(Label, admin_class)
    with pytest.raises(Refused):
        open_socket(LABELS)


class NobodysAdmin(LiveAdmin):
    def has_change_permission(self, request, obj=None):
        return False


def test_of_a_model_that_is_registered_again_the_new_admin_is_asked(
        visit, open_socket, registered):
    site.unregister(Label)
    site.register(Label, NobodysAdmin)
    with pytest.raises(Refused):
        open_socket(LABELS)


def test_an_admin_that_is_made_and_not_registered_is_not_asked(visit, open_socket):
    NobodysAdmin(Label, site)
    open_socket(LABELS)


def test_of_two_sites_of_one_name_one_hears_what_either_lets_one_open(visit, open_socket):
    other = django_admin.AdminSite(name="admin")
    other.register(Label, NobodysAdmin)
    other.register(Place, LiveAdmin)
    open_socket(LABELS)
    open_socket("/ws/admin/admin/binding.place/")


class HostSite(django_admin.AdminSite):
    """Which asks more of a request than its user."""

    def has_permission(self, request):
        return (super().has_permission(request) and request.get_host() == "testserver"
                and "_auth_user_id" in request.session and "q" not in request.GET
                and request.COOKIES["sessionid"] == request.session.session_key)


def test_a_site_is_asked_with_what_the_handshake_brought(visit, open_socket):
    host_site = HostSite(name="host")
    host_site.register(Label, LiveAdmin)
    open_socket("/ws/admin/host/binding.label/")
    with pytest.raises(Refused):
        open_socket("/ws/admin/host/binding.label/", query="q=1")


def test_what_only_the_urls_register_is_known_where_no_page_was_asked_for(
        visit, open_socket, settings, tmp_path, monkeypatch):
    (tmp_path / "late_urls.py").write_text("""
from django.contrib import admin
from tests.channels_lts.admin.urls import Label, LiveAdmin
late = admin.AdminSite(name="late")
late.register(Label, LiveAdmin)
urlpatterns = []
""")
    monkeypatch.syspath_prepend(str(tmp_path))
    settings.ROOT_URLCONF = "late_urls"
    open_socket("/ws/admin/late/binding.label/")


# Names and numbers


@pytest.mark.parametrize("name", ["Stra\u00dfe", "Long" * 30])
def test_models_of_any_name_can_be_told_of(name):
    model = type(name, (models.Model,), {"__module__": __name__, "Meta": type("Meta", (), {
        "apps": Apps(), "app_label": "far"})})
    Group(group_of(model)).send({"text": "{}"}, immediately=True)


def test_numbers_in_pages_are_for_scripts_wherever_people_write_them_otherwise(visit, settings):
    settings.USE_THOUSAND_SEPARATOR = True
    note = Note.objects.create(room="hall")
    for path in ("", "%d/change/" % note.pk):
        assert re.search(r'data-at="\d{10}"', visit("/staff/binding/note/" + path).html)


# Databases


@pytest.fixture
def second(settings):
    """The alias of a database that no router knows."""
    connections.databases["second"] = dict(
        connections.databases["default"], ENGINE="django.db.backends.sqlite3", NAME=":memory:",
        OPTIONS={}, ATOMIC_REQUESTS=False)
    with connections["second"].schema_editor() as editor:
        editor.create_model(Place)
        editor.create_model(LogEntry)
    yield "second"
    connections["second"].close()
    del connections.databases["second"]
    del connections._connections.second


def test_rows_of_another_database_are_saved_in_a_transaction_of_it(
        visit, open_socket, second):
    Place.objects.using(second).create(code="x", text="tea")
    page = visit("/second/binding/place/x/change/")
    socket = socket_of(page, open_socket)
    found = []

    def see(using, **kwargs):
        found.append((using, connections[using].in_atomic_block))
    post_save.connect(see, sender=Place)
    assert page.save(text="milk").status == 302
    post_save.disconnect(see, sender=Place)
    assert found == [(second, True)] and told(socket) == 1
    assert page.save(text="beer").status == 409
    assert not Place.objects.exists()


class LogRouter:
    def db_for_read(self, model, **hints):
        return "second" if model is LogEntry else "default"

    db_for_write = db_for_read


def test_the_admins_log_may_be_in_another_database_than_its_users(
        visit, second, settings):
    note = Note.objects.create(room="hall", text="tea")
    page = visit("/staff/binding/note/%d/change/" % note.pk)
    settings.DATABASE_ROUTERS = [LogRouter()]
    assert AdminPage(page.client, page.path).save(text="milk").status == 302
    assert "By hall, " in page.save(text="beer").html
    assert LogEntry.objects.using(second).count() == 1
