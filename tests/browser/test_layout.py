import pytest

from . import pages

WIDE = "w" * 30

PAGES = ["/", "/links/", "/chat/", "/chat/layout/", "/primer/", "/accounts/login/",
         "/accounts/signup/", "/about/"]
PAGES_OF_DJANGO = ["/admin/", "/admin/links/link/", "/admin/links/link/add/",
                   "/admin/auth/user/1/change/", "/admin/channels_lts/layer/", "/links/api/",
                   "/links/api/links/"]


@pytest.fixture(scope="module")
def wide_rows(deployment):
    deployment.manage("shell", "-c", (
        "from chat.models import Room, Message; from links.models import Link;"
        "room = Room.objects.create(name='layout');"
        "Message.objects.create(room=room, number=1, user_id=1, content='%s');"
        "Link.objects.create("
        "name='%s', url='https://example.com/%s', description='%s', user_id=1)"
        % ("z" * 500, WIDE, "x" * 150, "y" * 300)))
    yield
    deployment.manage("shell", "-c", (
        "from links.models import Link; Link.objects.filter(name='%s').delete()" % WIDE))


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_overflows_a_phone(language, new_window, wide_rows):
    phone = new_window().be_phone(language)
    overflows = {}
    for path in PAGES:
        phone.open(path).wait_for('html[lang="%s"] main h1' % language)
        overflows[path] = phone.overflow()
    assert {path: overflow for path, overflow in overflows.items() if overflow > 0} == {}


@pytest.mark.parametrize("path", PAGES_OF_DJANGO)
def test_neither_do_the_admin_and_the_api(path, new_window, wide_rows):
    phone = new_window().logged_in("admin").be_phone().open(path)
    phone.wait_for("#content")
    assert phone.overflow() <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_they_have_the_colours_of_the_site(scheme, new_window):
    window = new_window().logged_in("admin").prefer(scheme)
    grounds = {window.open(path).script("return getComputedStyle(document.body).backgroundColor")
               for path in ["/about/"] + PAGES_OF_DJANGO}
    assert len(grounds) == 1


def edge(window, selector, side):
    """The positions of that side of all matching elements: a set of whole pixels."""
    return {round(place) for place in window.script(
        "return Array.from(document.querySelectorAll(arguments[0]),"
        " element => element.getBoundingClientRect()[arguments[1]])", selector, side)}


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_head_of_a_phone_has_its_links_in_one_line(language, new_window):
    phone = new_window().logged_in("admin").be_phone(language).open("/links/")
    phone.wait_for('html[lang="%s"] main h1' % language)
    assert len(phone.find(".navbar .nav-link")) == 5
    assert len(edge(phone, ".navbar .nav-link", "top")) == 1
    text = phone.script(
        "const range = document.createRange();"
        "range.selectNodeContents(document.querySelector('.navbar .nav-link'));"
        "return Math.round(range.getBoundingClientRect().left)")
    assert {text} == edge(phone, ".navbar-brand", "left") == edge(phone, "main h1", "left")


HEAD = """
const head = document.querySelector('.navbar, #header');
const all = head.querySelectorAll('a:not(.skip), button:not(.bell-menu *), #bell');
const boxes = Array.from(all, one => one.getBoundingClientRect());
const shown = boxes.filter(box => box.width > 0).sort((one, other) => one.top - other.top);
let [rows, bottom] = [0, -Infinity];
for (const box of shown) {
  if (box.top >= bottom) rows += 1;
  bottom = Math.max(bottom, box.bottom);
}
const inWindow = box => box.left >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
return {rows, cut: !shown.every(inWindow), all: boxes.length === shown.length};
"""


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", [None, "alice", "admin"])
def test_the_head_of_a_phone_has_two_rows_at_most_and_one_in_a_room(
        name, language, new_window, wide_rows):
    phone = new_window()
    if name is not None:
        phone.log_in(name)
    phone.be_phone(language)
    rows = {"/": 2, "/chat/layout/": 1, "/links/api/": 2}
    if name == "admin":
        rows.update({"/admin/": 2, "/admin/channels_lts/layer/": 2})
    for path in rows:
        phone.open(path).wait_for("#content")
        head = phone.script(HEAD)
        assert (path, head["rows"], head["cut"]) == (path, rows[path], False)
        if phone.find(".opens-menu"):
            phone.submit(".opens-menu")
            phone.wait_for(".head-menu:popover-open")
        head = phone.script(HEAD)
        assert (path, head["all"], head["cut"]) == (path, True, False)


@pytest.mark.parametrize("path", ["/", "/admin/", "/links/api/"])
def test_whatever_one_is_called_the_bell_s_menu_is_in_the_window(path, new_window):
    window = new_window().logged_in("admin").open(path)
    name = window.wait_for(".head-menu :is(#me, strong, a)")
    window.script("arguments[0].textContent = 'name '.repeat(40)", name)
    pages.open_bell(window)
    box = window.in_bell(".bell-menu").rect
    assert 0 <= box["x"] <= box["x"] + box["width"] <= 1280


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_question_before_a_deletion_moves_no_column(language, new_window, wide_rows):
    window = new_window().logged_in("admin").speak(language).open_live("/links/")
    window.wait_for("tr[data-pk]")
    places = edge(window, ".links-table :is(th, td)", "left")
    heights = edge(window, "tr[data-pk]", "top")
    window.submit(".menu-link")
    window.submit(".menu:not([hidden]) .delete-link")
    window.wait_for(".confirm-delete")
    assert edge(window, ".links-table :is(th, td)", "left") == places
    assert edge(window, "tr[data-pk]", "top") == heights


@pytest.mark.parametrize("width", [640, 768, 991, 1280])
def test_a_card_s_cells_are_as_wide_as_the_card(width, new_window, wide_rows):
    window = new_window(size=(width, 900)).open_live("/links/")
    window.wait_for("tr[data-pk]")
    assert window.script(
        "return Array.from(document.querySelectorAll('tr[data-pk]')).filter(row =>"
        " getComputedStyle(row).display === 'block' &&"
        " Array.from(row.querySelectorAll('th, td:not(.actions)'))"
        ".some(cell => row.clientWidth - cell.offsetWidth > 2)).length") == 0
    assert window.overflow() <= 0


def test_the_language_switch_has_the_language_s_own_name(new_window):
    window = new_window().speak("en").open("/accounts/login/")
    switch = window.wait_for('form[action="/i18n/setlang/"] button')
    assert (switch.text, switch.accessible_name, switch.get_attribute("lang")) == (
        "Español", "Español", "es")


def test_the_two_boxes_of_a_guest_s_room_end_in_one_line(new_window, wide_rows):
    guest = new_window().open_live("/chat/layout/")
    assert edge(guest, ".chat-log", "bottom") == edge(guest, ".people", "bottom")
