"""
What the index of the admin says about people on the site.
"""
import pytest
from django.contrib.auth.models import AnonymousUser

from channels_lts import presence
from chat.models import Room
from workshop.places import site_places

pytestmark = pytest.mark.django_db


@pytest.fixture
def names(rf):
    def names_for(user):
        request = rf.get("/admin/")
        request.user = user
        return {scope: (text, url) for scope, text, url in site_places(request)}
    return names_for


def test_each_page_whose_socket_knows_its_person_is_a_place(names, open_socket, client, alice):
    room = Room.objects.create(name="tea")
    client.force_login(alice)
    found = names(alice)
    for path in ("/users/", "/updates/", "/ws/chat/tea/"):
        open_socket(path).say({"action": "enter"})
    here = {text: url for scope, (text, url) in found.items()
            if str(alice.pk) in presence.members(scope)}
    assert room and here == {"Users": "/", "Links": "/links/", "Chat: tea": "/chat/tea/"}


def test_closed_rooms_are_named_to_moderators(names, admin, alice):
    Room.objects.create(name="secret", closed=True)
    assert "Chat: secret" in [text for text, _url in names(admin).values()]
    for user in (alice, AnonymousUser()):
        assert "Chat: secret" not in [text for text, _url in names(user).values()]
