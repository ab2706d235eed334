"""
What the server renders, without any of the site's own scripts.
"""
import pytest


@pytest.fixture(scope="module")
def painted(deployment):
    deployment.manage("shell", "-c", (
        "from chat.models import Room, Message; from links.models import Link;"
        "room = Room.objects.create(name='painted');"
        "Message.objects.create(room=room, number=1, user_id=1, content='said before');"
        "Link.objects.create(name='painted', url='https://example.com/painted', user_id=1)"))
    yield
    deployment.manage("shell", "-c", (
        "from chat.models import Room; from links.models import Link;"
        "Link.objects.filter(name='painted').delete();"
        "Room.objects.filter(name='painted').delete()"))


PAGES = [("/", "admin"), ("/links/", "example.com/painted"), ("/chat/", "#painted"),
         ("/chat/painted/", "said before")]


@pytest.mark.parametrize("kind", ["without_scripts", "without_bundles"])
def test_the_pages_can_be_read_without_what_makes_them_live(kind, new_window, painted):
    window = getattr(new_window(), kind)()
    for path, text in PAGES:
        main = window.open(path).wait_for("main")  # not text(): it needs scripts
        assert text in main.text
