"""
The page of the channel layer: what it shows and to whom, and what is done from it.
"""
import html
import re

import asgi_redis
import pytest
from channels import DEFAULT_CHANNEL_LAYER, channel_layers
from channels.asgi import ChannelLayerWrapper
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from redis.exceptions import ConnectionError

from channels_lts import sessions
from channels_lts.auth import SESSION_CHANGED
from channels_lts.auth.groups import user_group
from channels_lts.layers.base import capabilities_of
from channels_lts.layers.metrics import CONSUMER, REFUSED, VIEW
from channels_lts.layers.redis import keys, statistics
from channels_lts.models import Layer

from ..layers.conftest import clean, new_layer  # noqa: F401

pytestmark = pytest.mark.django_db
PAGE, SOCKETS = "/admin/channels_lts/layer/", "/admin/channels_lts/layer/sockets/"
CLOSE, DRAIN = SOCKETS + "close/", PAGE + "drain/"
DAPHNE = "daphne.response.abc!"
LIST = "/ws/admin/admin/binding.note/"


@pytest.fixture
def use():
    """Makes a layer the site's meanwhile."""
    before = channel_layers[DEFAULT_CHANNEL_LAYER]

    def put(layer):
        channel_layers.set(DEFAULT_CHANNEL_LAYER, ChannelLayerWrapper(
            layer, DEFAULT_CHANNEL_LAYER, before.routing))
        return layer
    yield put
    channel_layers.set(DEFAULT_CHANNEL_LAYER, before)


@pytest.fixture
def redis_layer(new_layer, use):  # noqa: F811
    return use(new_layer())


@pytest.fixture
def clerk(account):
    """Creates a staff user with these permissions only."""
    def make(*permissions, name="clerk"):
        found = account(name, is_staff=True)
        found.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        return found
    return make


@pytest.fixture
def browser(client):
    """A browser in which this user is logged in."""
    def log_in(user):
        client.force_login(user)
        return client
    return log_in


def text_of(answer, name=None):
    """The text on a page, or in the table of this name."""
    found = answer.content.decode("utf8")
    if name is not None:
        found = found.partition('<table class="layer-%s">' % name)[2].partition("</table>")[0]
    return html.unescape(re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", found)))


def field(answer, name):
    return re.search('name="%s" value="([^"]*)"' % name, answer.content.decode("utf8")).group(1)


# Who may


def test_each_permission_is_of_its_own(browser, clerk):
    for permissions, statuses in (
            ([], [403] * 4),
            (["close_socket", "drain_daphne"], [403] * 4),
            (["view_layer"], [200, 403, 403, 403]),
            (["view_layer", "close_socket"], [200, 200, 302, 403]),
            (["view_layer", "drain_daphne"], [200, 403, 403, 302])):
        window = browser(clerk(*permissions, name="clerk-%s" % "-".join(permissions)))
        answers = [window.get(PAGE), window.get(SOCKETS), window.post(CLOSE), window.post(DRAIN)]
        assert [each.status_code for each in answers] == statuses, permissions


def test_visitors_are_asked_to_log_in_and_a_foreign_page_can_do_nothing(admin, client, settings):
    settings.ROOT_URLCONF = "workshop.urls"  # which the site's answer to it needs
    assert client.get(PAGE).status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(admin)
    assert [strict.post(each, {"confirmed": 1}).status_code for each in (CLOSE, DRAIN)] == [403] * 2
    assert [strict.get(each).status_code for each in (CLOSE, DRAIN)] == [405] * 2


def test_it_has_no_table_in_which_a_row_could_be_looked_for(browser, admin, settings):
    settings.ROOT_URLCONF = "workshop.urls"
    kind = ContentType.objects.get_for_model(Layer)
    assert browser(admin).get("/admin/r/%d/1/" % kind.pk).status_code == 404
    assert not Layer.objects.exists()


def test_the_index_has_a_link_for_those_who_may_see_it(browser, clerk):
    assert PAGE in browser(clerk("view_layer")).get("/admin/").content.decode("utf8")
    for each in ("close_socket", "change_note"):
        assert PAGE not in browser(clerk(each, name=each)).get("/admin/").content.decode("utf8")


# What is shown


def test_a_layer_without_statistics_says_what_cannot_be_told(browser, admin):
    answer = browser(admin).get(PAGE)
    assert "keeps no statistics" in text_of(answer)
    assert "RecordingLayer" in text_of(answer)
    assert "<table" not in answer.content.decode("utf8")


def test_the_page_shows_what_the_processes_say(browser, admin, redis_layer):
    capabilities = capabilities_of(redis_layer)
    capabilities.beat("interface", DAPHNE, {"sockets": 3, "drains": True, "is_draining": False})
    capabilities.beat("interface", "daphne.response.old!", {"sockets": 1})
    capabilities.beat("worker", "host.7", {"threads": 4, "moving": 3, "busy": 2})
    capabilities.beat("delay", "host.8", {"threads": 1})
    redis_layer.send("websocket.connect", {})
    for name in ("a", "b"):
        redis_layer.group_add("room-1", DAPHNE + name)
    redis_layer.drop_log.note("jobs", 5, reason="it is full")
    redis_layer.metrics.count(REFUSED, "too many <sockets>")
    redis_layer.metrics.observe(CONSUMER, "jobs", "app.work", seconds=0.03)
    redis_layer.metrics.observe(VIEW, "index", "2xx", seconds=2)
    redis_layer.report_statistics()
    answer = browser(admin).get(PAGE)
    shown = {name: text_of(answer, name) for name in (
        "daphnes", "workers", "channels", "consumers", "views", "dropped", "refused", "groups",
        "others")}
    assert re.search(DAPHNE + r" 3 1 \d s ago Drain", shown["daphnes"])
    assert re.search(r"daphne.response.old! 1 0 \d s ago is alive", shown["daphnes"])
    assert re.search(r"host.7 4 2 1 \d s ago", shown["workers"])
    assert "host.8 (rundelay)" in shown["workers"]
    assert re.search(r"websocket\.connect 1 [\d.]+ s 1 0", shown["channels"])
    assert re.search(r"jobs · app\.work 1 \d+ ms \d+ ms", shown["consumers"])
    assert re.search(r"index · 2xx 1 2,000 ms [\d,]+ ms", shown["views"])
    assert "jobs · it is full 5 5" in shown["dropped"]
    assert "too many <sockets> 1 1" in shown["refused"]
    assert "room-1 2" in shown["groups"]
    assert "presence 0" in shown["others"] and "Delayed messages 0" in shown["others"]


def test_the_stock_layer_tells_of_channels_workers_and_users_sockets(
        browser, admin, new_layer, use):  # noqa: F811
    layer = use(new_layer(asgi_redis.RedisChannelLayer))
    capabilities_of(layer).beat("worker", "host.7", {"threads": 4})
    layer.send("websocket.connect", {})
    layer.group_add(user_group(str(admin.pk)), DAPHNE + "a")
    window = browser(admin)
    answer = window.get(PAGE)
    assert "websocket.connect 1" in text_of(answer, "channels")
    assert "host.7 4" in text_of(answer, "workers")
    found = window.get(SOCKETS, {"q": "admin"})
    assert "doesn't list open sockets" in text_of(found)
    assert DAPHNE + "a" in text_of(found, "found")


def test_who_may_only_look_sees_no_button(browser, clerk, redis_layer):
    capabilities_of(redis_layer).beat("interface", DAPHNE, {"sockets": 3, "drains": True})
    answer = browser(clerk("view_layer")).get(PAGE)
    assert DAPHNE in text_of(answer, "daphnes")
    assert 'method="post"' not in answer.content.decode("utf8")
    assert SOCKETS not in answer.content.decode("utf8")


def test_without_redis_the_page_says_so(browser, admin, redis_layer, monkeypatch):
    def away(*args):
        raise ConnectionError("no route")
    monkeypatch.setattr(statistics, "_channel", away)
    answer = browser(admin).get(PAGE)
    assert answer.status_code == 200 and "Redis is unavailable" in text_of(answer)


# Sockets


@pytest.fixture
def note_socket(open_socket, admin, account):
    """Bob's, on a list of the admin."""
    bob = account("bob", is_staff=True, is_superuser=True)
    window = Client()
    window.force_login(bob)
    return open_socket(LIST, session_key=window.session.session_key)


def test_a_users_socket_is_found_and_closed_once_that_is_confirmed(browser, admin, note_socket):
    window = browser(admin)
    found = window.get(SOCKETS, {"q": "bob"})
    assert "%s bob 192.0.2.1" % note_socket.reply_channel in text_of(found, "found")
    asked = window.post(CLOSE, {"socket": field(found, "socket")})
    assert asked.status_code == 200 and note_socket.close_code() is None
    assert not LogEntry.objects.exists()
    sealed = field(asked, "socket")
    answer = window.post(CLOSE, {"socket": sealed, "confirmed": 1}, follow=True)
    assert "told to close" in text_of(answer)
    assert note_socket.close_code() == SESSION_CHANGED
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_repr) == (admin, note_socket.reply_channel)
    assert "bob" in entry.change_message and "192.0.2.1" in entry.change_message


def test_only_what_a_page_has_shown_this_person_can_be_closed(
        browser, admin, clerk, note_socket, channel_layer):
    sealed = field(browser(admin).get(SOCKETS, {"q": "bob"}), "socket")
    other = browser(clerk("view_layer", "close_socket"))
    for each in (sealed, note_socket.reply_channel, "", "http.request"):
        other.post(CLOSE, {"socket": each, "confirmed": 1})
    assert note_socket.close_code() is None
    assert channel_layer.receive(["http.request"]) == (None, None)
    assert not LogEntry.objects.exists()


def test_who_may_not_see_users_finds_none_of_them(browser, clerk, note_socket):
    answer = browser(clerk("view_layer", "close_socket")).get(SOCKETS, {"q": "bob"})
    assert note_socket.reply_channel not in text_of(answer)


def test_a_user_who_is_hidden_in_the_list_of_users_is_hidden_here(
        browser, admin, account, open_socket):
    window = Client()
    window.force_login(account("secretary", is_staff=True, is_superuser=True))
    socket = open_socket(LIST, session_key=window.session.session_key)
    assert socket.reply_channel not in text_of(browser(admin).get(SOCKETS, {"q": "secretary"}))


@pytest.mark.parametrize("query, shown", [
    ("192.0.2.7", ["a", "b"]), ("2001:db8::9", ["c"]), (DAPHNE + "b", ["b"]), ("192.0.2.8", []),
    (DAPHNE + "x", []), ("http.request", [])])
def test_redis_knows_sockets_by_address_and_reply_channel(
        browser, clerk, redis_layer, query, shown):
    capabilities = capabilities_of(redis_layer)
    capabilities.beat("interface", DAPHNE, {"sockets": 3})
    redis_layer.connection(0).set(
        keys.open_sockets(redis_layer.prefix, DAPHNE), "\n".join(["7 4", "a", "b", "c", "d"]))
    for name, address in (("a", "192.0.2.7"), ("b", "192.0.2.7"), ("c", "2001:db8::/64")):
        capabilities.sockets.store(
            DAPHNE + name, {"address": address, "groups": ["room", "auth.user.x"]}, 60)
    answer = browser(clerk("view_layer", "close_socket")).get(SOCKETS, {"q": query})
    found = text_of(answer, "found")
    assert [name for name in "abcdx" if DAPHNE + name in found] == shown
    assert "auth.user" not in found and found.count("room") == len(shown)


def test_the_user_behind_an_address_is_named_to_who_may_see_users(
        browser, admin, alice, redis_layer):
    window = Client()
    window.force_login(alice)
    capabilities = capabilities_of(redis_layer)
    capabilities.beat("interface", DAPHNE, {"sockets": 1})
    redis_layer.connection(0).set(keys.open_sockets(redis_layer.prefix, DAPHNE), "1\na")
    capabilities.sockets.store(DAPHNE + "a", {"address": "192.0.2.7", "session": (
        sessions.crypto.encrypt(sessions.PURPOSE, window.session.session_key))}, 60)
    assert "alice 192.0.2.7" in text_of(browser(admin).get(SOCKETS, {"q": "192.0.2.7"}), "found")


# The end of a daphne


@pytest.fixture
def daphnes(redis_layer):
    for name in ("a", "b"):
        capabilities_of(redis_layer).beat(
            "interface", "daphne.response.%s!" % name, {"sockets": 1, "drains": True})


def waiting(layer, channel):
    return layer.channel_statistics(channel)["messages_pending"]


def test_a_daphne_is_told_to_end_once_that_is_confirmed(browser, admin, redis_layer, daphnes):
    window, name = browser(admin), "daphne.response.a!"
    asked = window.post(DRAIN, {"daphne": name})
    assert "no other daphne" not in text_of(asked)
    assert waiting(redis_layer, name) == 0
    answer = window.post(DRAIN, {"daphne": name, "confirmed": 1}, follow=True)
    assert "told to shut down" in text_of(answer)
    assert waiting(redis_layer, name) == 1
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_repr) == (admin, name)


def test_the_last_daphne_isnt_drained_without_a_warning(browser, admin, redis_layer):
    capabilities_of(redis_layer).beat("interface", DAPHNE, {"sockets": 1, "drains": True})
    assert "no other daphne" in text_of(browser(admin).post(DRAIN, {"daphne": DAPHNE}))


@pytest.mark.parametrize("details", [
    None, {"sockets": 1}, {"sockets": 1, "drains": True, "is_draining": True}])
def test_what_can_not_be_drained_gets_no_message(browser, admin, redis_layer, details):
    if details:
        capabilities_of(redis_layer).beat("interface", DAPHNE, details)
    answer = browser(admin).post(DRAIN, {"daphne": DAPHNE, "confirmed": 1}, follow=True)
    assert "Nothing was done" in text_of(answer)
    assert waiting(redis_layer, DAPHNE) == 0 and not LogEntry.objects.exists()


def test_what_could_not_be_told_isnt_logged_as_done(
        browser, admin, redis_layer, daphnes, monkeypatch):
    monkeypatch.setattr(redis_layer.sender, "send", lambda envelope: False)
    answer = browser(admin).post(
        DRAIN, {"daphne": "daphne.response.a!", "confirmed": 1}, follow=True)
    assert "couldn't be sent" in text_of(answer)
    assert not LogEntry.objects.exists()
