"""
Every page of the site in each visually distinct state, for test_accessibility and screenshots.
"""
ROWS = """
import datetime
from django.contrib.auth import get_user_model
from django.utils import timezone
from chat.models import Message, Room
from links.models import Link, LinkTag, Tag

room = Room.objects.create(name="shown")
Room.objects.create(name="shut", closed=True)
arabic = "\\u0645\\u0631\\u062d\\u0628\\u0627"
texts = ["hello", "a second one", "see https://example.com/" + "x" * 120, "@admin why? \\U0001f600",
         arabic, "unbroken" * 60, "the last one"]
for number, text in enumerate(texts, 1):
    Message.objects.create(room=room, number=number, user_id=2 + number // 3 % 2, content=text)
Message.objects.filter(number__lt=3).update(
    timestamp=timezone.now() - datetime.timedelta(days=1))
Room.objects.filter(pk=room.pk).update(last_number=len(texts))
for number in range(60):
    get_user_model().objects.create(username="person%d" % number)
tags = list(Tag.objects.all())
names = {1: arabic, 2: "w" * 40}
for number in range(195):
    link = Link.objects.create(
        name=names.get(number % 9, "Link %d" % number), user_id=1 + number % 3,
        url="https://www.example.com/some/long/path/%d/index.html?query=%d" % (number, number),
        description="Words about it, \\U0001f600. " * (number % 7), pending=number % 3 == 0)
    for tag in tags[:number % 4]:
        LinkTag.objects.create(link=link, tag=tag)
"""
NO_ROWS = """
from django.contrib.auth import get_user_model
from chat.models import Room
from links.models import Link

Link.objects.filter(url__startswith="https://www.example.com/some/").delete()
Room.objects.filter(name__in=["shown", "shut"]).delete()
get_user_model().objects.filter(username__startswith="person").delete()
"""


class Page(object):
    def __init__(self, name, path, *steps):
        """`steps`: functions of a Window that bring the page into its state."""
        self.name = name
        self.path = path
        self.steps = steps

    def show(self, window):
        window.open(self.path)
        for step in self.steps:
            step(window)


def live(window):
    window.wait_connected()


def click(selector):
    return lambda window: window.submit(selector)


def filled(**fields):
    return lambda window: window.fill(**fields)


def waiting(selector):
    return lambda window: window.wait_for(selector)


def open_bell(window):
    window.in_bell(".bell > button").click()
    window.in_bell(".bell-menu:not([hidden])")


def without_cookies(window):
    window.driver.delete_all_cookies()


def said_privately(window):
    """To a user who is offline, so that the refusal stays on the page."""
    window.wait_for("[name=message]").send_keys("only for you")
    window.submit(".composer button.btn-primary")
    window.wait_for(".message.private .message-failure")


def error(template):
    """An error page that DEBUG hides, rendered into a page with the same header."""
    def show(window):
        text = window.deployment.manage("shell", "-c", (
            "from django.template.loader import render_to_string as render;"
            "from django.utils.translation import activate; activate('en');"
            "from django.test import RequestFactory;"
            "print(render('%s', {'minutes': 3}, RequestFactory().get('/')))" % template))
        window.script("document.open(); document.write(arguments[0]); document.close()",
                      text[text.index("<!DOCTYPE"):])
        window.wait_for("main h1")
    return show


BELL = Page("bell", "/", live, open_bell)
MENU = (click(".opens-menu"), waiting(".head-menu:popover-open"))
FEW_LINKS = "/links/?search=channels"
ADMIN = [
    Page("admin", "/admin/"),
    Page("admin-list", "/admin/links/link/"),
    Page("admin-link", "/admin/links/link/1/change/"),
    Page("admin-wrong", "/admin/links/link/add/", click('[name="_save"]'), waiting(".errornote")),
    Page("admin-user", "/admin/auth/user/1/change/"),
    Page("admin-history", "/admin/links/link/1/history/"),
    Page("admin-delete", "/admin/links/link/1/delete/"),
    Page("admin-password", "/admin/password_change/"),
    Page("admin-layer", "/admin/channels_lts/layer/"),
    Page("admin-bell", "/admin/", open_bell),
]
API = [
    Page("api", "/links/api/"),
    Page("api-links", "/links/api" + FEW_LINKS),
    Page("api-link", "/links/api/links/1/"),
    Page("api-bell", "/links/api/", open_bell),
]
ANONYMOUS = [
    Page("users-anonymous", "/", live),
    Page("links-anonymous", "/links/", live),
    Page("links-none", "/links/?search=nothing", live, waiting(".no-match, .links-detail")),
    Page("chat-anonymous", "/chat/", live),
    Page("room-anonymous", "/chat/shown/", live),
    Page("room-missing", "/chat/typo/"),
    Page("room-closed", "/chat/shut/"),
    Page("about-anonymous", "/about/"),
    Page("login", "/accounts/login/"),
    Page("login-wrong", "/accounts/login/", filled(username="a", password="b"),
         click("main form button"), waiting("main [role=alert]")),
    Page("signup-wrong", "/accounts/signup/",
         filled(username="alice", password1="alice", password2="bob"), click("main form button"),
         waiting("main [aria-invalid=true]")),
    Page("admin-login", "/admin/login/"),
    Page("csrf", "/accounts/login/", filled(username="a", password="b"), without_cookies,
         click("main form button"), waiting("main [role=alert]")),
    Page("not-found", "/about/", error("404.html")),
    Page("too-many", "/about/", error("429.html")),
    Page("server-error", "/about/", error("500.html")),
] + API[:2]
LOGGED_IN = [
    Page("users", "/", live),
    BELL,
    Page("links", "/links/", live),
    Page("links-menu", FEW_LINKS, live, click("tr[data-pk] .menu-link"),
         waiting(".menu:not([hidden])")),
    Page("links-question", FEW_LINKS, live, click("tr[data-pk] .menu-link"),
         click(".menu:not([hidden]) .delete-link"), waiting(".confirm-delete")),
    Page("links-edit", FEW_LINKS, live, click("tr[data-pk] .menu-link"),
         click(".menu:not([hidden]) .edit-link"), waiting(".link-form")),
    Page("links-wrong", FEW_LINKS, live, click(".add-link"), click(".save-link"),
         waiting(".link-form [aria-invalid=true]")),
    Page("chat", "/chat/", live),
    Page("room", "/chat/shown/", live),
    Page("room-private", "/chat/shown/", live, filled(message="/pm bob "),
         waiting(".addressee"), said_privately),
    Page("room-new", "/chat/nowhere/"),
    Page("primer", "/primer/"),
    Page("about", "/about/"),
    Page("logout", "/accounts/logout/"),
] + ADMIN + API
PHONE = [
    BELL,
    Page("menu", "/", live, *MENU),
    Page("room-menu", "/chat/shown/", live, *MENU),
    Page("admin-menu", "/admin/", *MENU),
    Page("api-menu", "/links/api/", *MENU),
    Page("room-rooms", "/chat/shown/", live, click(".toggle-rooms"), waiting("#rooms.open")),
    Page("room-people", "/chat/shown/", live, click(".toggle-people"), waiting("#people.open")),
]
