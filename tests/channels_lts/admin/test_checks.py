"""
What `manage.py check` says of a project whose admin is live.
"""
import pytest
from channels import include, route
from django.core.checks import run_checks

from tests.support.fresh import run

SOCKETS = include("channels_lts.admin.routing.channel_routing", path=r"^/ws/admin/")
PRESENCE = include("channels_lts.presence.routing.channel_routing")


def connect(message):
    """The routing of a project that accepts any socket."""


@pytest.fixture
def told(settings):
    """The checks' messages, by id, for the default layer's routing."""
    def told(routing):
        settings.CHANNEL_LAYERS = {"default": dict(
            settings.CHANNEL_LAYERS["default"], ROUTING=routing)}
        return {each.id: each for each in run_checks()}
    return told


@pytest.mark.parametrize("routing,ids", [
    ([SOCKETS, PRESENCE], set()),
    ([SOCKETS], {"channels_lts.W023"}),
    ([PRESENCE], {"channels_lts.W024"}),
    ([], {"channels_lts.W023", "channels_lts.W024"}),
    ([route("websocket.connect", connect), SOCKETS, PRESENCE], {"channels_lts.W024"}),
    ([include([SOCKETS], path=r"^/other"), PRESENCE], {"channels_lts.W024"}),
])
def test_routes_that_are_missing_are_told(told, routing, ids):
    assert set(told(routing)) & {"channels_lts.W023", "channels_lts.W024"} == ids


def test_what_to_add_is_named_with_the_path_where_pages_look_for_it(told, settings):
    settings.CHANNELS_LTS = {"ADMIN_SOCKETS": "/live/"}
    message = told([SOCKETS, PRESENCE])["channels_lts.W024"]
    assert "/live/" in message.msg
    assert 'include("channels_lts.admin.routing.channel_routing", path=r"^/live/")' in message.hint


def test_a_prefix_that_the_proxy_cuts_off_is_no_part_of_the_route(told, settings):
    settings.CHANNELS_LTS = {"ADMIN_SOCKETS": "/talk/ws/admin/"}
    assert "channels_lts.W024" in told([SOCKETS, PRESENCE])
    settings.FORCE_SCRIPT_NAME = "/talk"
    assert "channels_lts.W024" not in told([SOCKETS, PRESENCE])


def test_a_project_without_a_channel_layer_is_told(settings):
    settings.CHANNEL_LAYERS = {}
    message = {each.id: each for each in run_checks()}["channels_lts.W024"]
    assert "no channel layer" in message.msg


PROJECT = """
import django
from django.conf import settings
settings.configure(
    SECRET_KEY="x", INSTALLED_APPS=[
        "channels_lts", "channels", "django.contrib.admin", "django.contrib.auth",
        "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.messages"],
    CHANNEL_LAYERS={"default": {"BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": []}})
django.setup()
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.checks import run_checks
from channels_lts.admin import LiveAdminMixin
class GroupAdmin(LiveAdminMixin, admin.ModelAdmin):
    live_list = %s
admin.site.unregister(Group)
admin.site.register(Group, GroupAdmin)
for _ in range(2):
    print(sorted(each.id for each in run_checks() if each.id.startswith("channels_lts.")))
"""


@pytest.mark.parametrize("live_list,ids", [
    (True, "['channels_lts.W023', 'channels_lts.W024']"), (False, "[]")])
def test_each_is_told_once_where_nothing_else_asks_for_them(live_list, ids):
    assert run(PROJECT % live_list).splitlines()[-2:] == [ids] * 2
