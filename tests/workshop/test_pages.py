import re

import pytest
from django.contrib.staticfiles import finders
from django.db import InterfaceError, connection
from django.template.loader import get_template, render_to_string
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/links/", "/accounts/login/", "/links/api/", "/healthz"])
def test_scripts_run_only_from_this_site(client, path):
    policy = client.get(path)["Content-Security-Policy"].split("; ")
    assert policy[:2] == [
        "default-src 'self'", "connect-src 'self' ws://testserver wss://testserver"]
    assert "object-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert not any(part.startswith("script-src") for part in policy)


@pytest.mark.parametrize("path, said", [
    ("/links/", "A demonstration of live pages"), ("/primer/", "Each building block of Channels")])
def test_a_page_says_to_search_engines_what_it_is(client, path, said):
    content, = re.findall('<meta name="description" content="([^"]*)">',
                          client.get(path).content.decode("utf8"))
    assert content.startswith(said)


def test_an_error_of_the_middleware_has_the_policy_too(client):
    answer = client.get("/", HTTP_HOST="evil.example")
    assert (answer.status_code, answer["Content-Security-Policy"][:18]) == (
        400, "default-src 'self'")


def test_the_language_can_be_chosen(client):
    client.post("/i18n/setlang/", {"language": "es"})
    assert "Iniciar sesión" in client.get("/accounts/login/").content.decode("utf8")


@pytest.mark.parametrize("referer, page", [
    ("http://testserver/links/", "http://testserver/links/"),
    ("https://evil.example/", "/"), ("javascript:alert(1)", "/"), (None, "/")])
def test_a_form_from_before_a_login_is_answered_with_the_way_on(alice, referer, page):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    client.cookies["csrftoken"] = "a" * 64
    headers = {} if referer is None else {"HTTP_REFERER": referer}
    form = {"csrfmiddlewaretoken": "a" * 32 + "b" * 32}
    answer = client.post("/accounts/logout/", form, **headers)
    assert answer.status_code == 403
    assert "You are logged in as alice." in answer.content.decode("utf8")
    assert 'href="%s">Open the page again' % page in answer.content.decode("utf8")


def test_a_login_form_from_before_a_login_in_another_tab_leads_to_where_it_would_have(alice):
    client = Client(enforce_csrf_checks=True)
    address = "/accounts/login/?next=/links/"
    old = re.search("csrfmiddlewaretoken' value='(.*?)'", client.get(address).content.decode())
    client.force_login(alice)
    client.cookies["csrftoken"] = "a" * 64  # which a login changes
    answer = client.post(address, {"csrfmiddlewaretoken": old.group(1)},
                         HTTP_REFERER="http://testserver" + address)
    page, = re.findall('<a href="([^"]*)">Open the page again', answer.content.decode())
    assert client.get(page, follow=True).redirect_chain == [("/links/", 302)]


@pytest.mark.parametrize("name", ["login", "signup"])
def test_a_form_without_its_page_is_answered_with_where_it_leads(alice, name):
    client = Client(enforce_csrf_checks=True)
    address = "/accounts/%s/?next=/chat/default/" % name
    answer = client.post(address, {"username": "alice", "password": "alice"})
    assert "the site's cookie" in answer.content.decode("utf8")
    assert 'href="/chat/default/">Open the page again' in answer.content.decode("utf8")


@pytest.mark.parametrize("path", [
    "/", "/links/", "/chat/", "/chat/nowhere/", "/primer/", "/accounts/login/", "/accounts/signup/",
    "/accounts/logout/", "/nowhere/", "/links/api/", "/links/api/links/?format=api", "/admin/",
    "/admin/links/link/", "/admin/links/link/add/", "/admin/password_change/"])
def test_the_first_link_of_a_page_skips_to_its_content(client, admin, path):
    if not path.startswith("/accounts/log"):
        client.force_login(admin)
    page = client.get(path, HTTP_ACCEPT="text/html", follow=True).content.decode("utf8")
    href, text = re.search(r'<a [^>]*href="([^"]*)"[^>]*>([^<]*)</a>', page).groups()
    assert (href, text) == ("#content", "Skip to the content")
    assert page.count('id="content"') == 1


def test_so_does_the_page_of_an_error():
    page = get_template("500.html").template.source
    assert 'href="#content"' in page and '<main class="container" id="content"' in page


def test_demo_needs_debug(settings):
    from django.core.management import CommandError, call_command
    with pytest.raises(CommandError, match="DEBUG"):
        call_command("demo")


def test_demo_can_be_loaded_again(settings, django_user_model):
    from django.core.management import call_command

    from chat.models import Room
    from links.models import Link
    settings.DEBUG = True
    for _ in range(2):
        call_command("demo")
    assert django_user_model.objects.count() == 3
    assert django_user_model.objects.get(username="admin").is_superuser
    assert Link.objects.count() == 5
    assert Room.objects.get().name == "default"


def test_anonymous_visitors_find_the_room_of_the_demo(client, settings):
    from django.core.management import call_command
    settings.DEBUG = True
    call_command("demo")
    assert client.get("/chat/default/").status_code == 200


# Which part of the site one is in

def marks(page):
    """{text: aria-current} of the links in the head that have one"""
    head = page[:page.index("</ul>")]
    return {text: value for value, text in re.findall(r'aria-current="(\w+)">([^<]+)</a>', head)}


@pytest.mark.parametrize("path, marked", [
    ("/", {"Users": "page"}),
    ("/links/", {"Links": "page"}),
    ("/chat/", {"Chat": "page"}),
    ("/chat/nowhere/", {"Chat": "true"}),
    ("/primer/", {"Primer": "page"}),
    ("/accounts/login/", {}),
    ("/nowhere/", {}),
])
def test_the_head_tells_where_one_is(client, settings, path, marked):
    settings.OPEN_ACCESS = True  # for the list of users
    assert marks(client.get(path).content.decode("utf8")) == marked


# Errors

@pytest.mark.parametrize("language, text", [
    ("en", "Page not found"), ("es", "Página no encontrada")])
def test_what_is_not_there_is_said_in_the_site_s_look(client, language, text):
    answer = client.get("/nowhere/", HTTP_ACCEPT_LANGUAGE=language)
    page = answer.content.decode("utf8")
    assert answer.status_code == 404
    assert "<h1 class=\"h3\">%s</h1>" % text in page
    assert 'class="navbar' in page and "Content-Security-Policy" in answer


def test_what_is_not_there_is_said_without_a_request_too():
    assert 'class="navbar' in render_to_string("404.html")


@pytest.fixture
def failing(client, monkeypatch):
    """Gets a page that fails, as a browser does: the test client would raise the error."""
    monkeypatch.setattr(client, "store_exc_info", lambda **kwargs: None)

    def get(path):
        answer = client.get(path)
        return answer.status_code, answer.content.decode("utf8")
    return get


def test_an_error_is_said(failing, monkeypatch):
    def gone():
        raise InterfaceError("gone")
    monkeypatch.setattr(connection, "cursor", gone)
    status, page = failing("/links/")
    assert status == 500 and "Something went wrong" in page and "Algo ha ido mal" in page


def test_an_error_is_said_where_the_manifest_of_the_static_files_is_missing(
        failing, settings, tmp_path):
    settings.STATIC_ROOT = str(tmp_path)
    settings.STATICFILES_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    for path in ("/links/", "/nowhere/"):
        status, page = failing(path)
        assert status == 500 and "Something went wrong" in page


def test_the_page_of_an_error_uses_one_file_which_is_there(settings):
    page = get_template("500.html").template.source
    name, = re.findall(r'"%s([^"]+)"' % settings.STATIC_URL, page)
    assert finders.find(name)
    assert "<style" not in page and "<script" not in page and "{%" not in page


# One product: the admin and the API's pages wear the site's colours


def sheets_of(answer):
    """The style sheets of a page, in their order; each of them is there."""
    links = re.findall(r'<link [^>]*rel="stylesheet"[^>]*>', answer.content.decode("utf8"))
    found = [re.search(r'href="/static/([^"]+)"', link).group(1) for link in links]
    assert all(map(finders.find, found))
    return found


@pytest.mark.parametrize("path", [
    "/admin/", "/admin/links/link/", "/admin/links/link/add/", "/admin/channels_lts/layer/"])
def test_the_admin_has_the_sites_colours_after_its_own_and_fits_a_phone(admin_client, path):
    answer = admin_client.get(path)
    assert sheets_of(answer)[-6:] == ["workshop/tokens.css", "workshop/head.css"] + [
        "workshop/admin%s.css" % part for part in ("", "-head", "-controls", "-narrow")]
    assert 'name="viewport"' in answer.content.decode("utf8")


def test_the_admin_s_index_leaves_it_to_the_bell_to_announce_log_ins(admin_client):
    page = admin_client.get("/admin/").content.decode("utf8")
    assert 'class="live-logins"' in page and 'id="bell"' in page
    assert "live-toasts" not in page and "live-allow" not in page


@pytest.mark.parametrize("path", ["/admin/", "/links/api/"])
def test_they_lead_to_the_sites_sections(admin_client, path):
    page = admin_client.get(path, HTTP_ACCEPT="text/html").content.decode("utf8")
    for address in ("/", "/links/", "/chat/", "/primer/", "/admin/"):
        assert '<a class="nav-link" href="%s"' % address in page


def test_the_api_has_the_sites_colours(client):
    answer = client.get("/links/api/", HTTP_ACCEPT="text/html")
    assert sheets_of(answer)[-3:] == [
        "workshop/%s.css" % name for name in ("tokens", "head", "api")]


@pytest.mark.parametrize("sheet", ["admin", "admin-head", "admin-controls", "admin-narrow", "api",
                                   "about", "head"])
def test_sheets_of_the_site_name_no_colour_but_the_tokens(sheet):
    with open(finders.find("workshop/%s.css" % sheet)) as file:
        text = file.read()
    with open(finders.find("workshop/tokens.css")) as file:
        tokens = set(re.findall(r"(--[\w-]+):", file.read()))
    assert not re.findall(r"#[0-9a-f]{3,6}\s*[;,]|\brgba?\(", text)
    assert set(re.findall(r"var\((--[\w-]+)\)", text)) <= tokens


@pytest.mark.parametrize("language, words", [("en", "open two windows"), ("es", "dos ventanas")])
def test_who_comes_by_chance_is_told_what_this_is(client, language, words):
    client.cookies["django_language"] = language
    answer = client.get("/about/")
    assert words in answer.content.decode("utf8")
    assert 'href="/accounts/signup/">' in answer.content.decode("utf8")


@pytest.mark.parametrize("path", ["/", "/accounts/login/"])
def test_the_first_page_leads_there_open_or_closed(client, settings, path):
    settings.OPEN_ACCESS = False
    assert '<a href="/about/">What is this?' in client.get(path, follow=True).content.decode()
