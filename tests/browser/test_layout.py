import pytest

WIDE = "w" * 30

PAGES = ["/", "/links/", "/chat/", "/chat/layout/", "/primer/", "/accounts/login/",
         "/accounts/signup/"]


@pytest.fixture
def wide_rows(deployment):
    deployment.manage("shell", "-c", (
        "from chat.models import Room, Message;"
        "room, _ = Room.objects.get_or_create(name='layout');"
        "Message.objects.get_or_create(room=room, number=1, user_id=1, content='%s')"
        % ("z" * 500)))
    deployment.manage("shell", "-c", (
        "from links.models import Link; Link.objects.create("
        "name='%s', url='https://example.com/%s', description='%s', user_id=1)"
        % (WIDE, "x" * 150, "y" * 300)))
    yield
    deployment.manage("shell", "-c", (
        "from links.models import Link; Link.objects.filter(name='%s').delete()" % WIDE))


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_overflows_a_phone(path, language, new_window, wide_rows):
    phone = new_window().be_phone(language).open(path)
    phone.wait_for('html[lang="%s"] main h1' % language)
    assert phone.overflow() <= 0
