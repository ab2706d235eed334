"""A foreign project's live admin: its own users, keys, databases, proxies, parents and sites."""
import re

import pytest

from tests.live.deployment import Browser
from tests.live.sockets import LiveSocket
from tests.support.admin import AdminPage
from tests.support.waiting import wait_for

from . import foreign

ANN, BOB = "ann@example.org", "bob@example.org"
ROWS = """
from archive.models import Clipping
from desk.models import Interview, Member, Story
for email, desk in (("ann@example.org", "city"), ("bob@example.org", "sport")):
    member = Member(email=email, desk=desk, is_staff=True, is_superuser=True)
    member.set_password("headline")
    member.save()
Member.objects.create(email="carl@example.org")
Story.objects.create(title="A fire", desk="city")
Interview.objects.create(title="A talk", desk="city", guest="Mae")
Clipping.objects.create(reference="1926/11 _a", title="A flood")
"""


class Editor(Browser):
    """A member with a browser, who sees what the server answers first."""

    def __init__(self, project, email):
        super().__init__(project)
        self.email = email
        assert AdminPage(self, "/admin/login/").send(
            username=email, password="headline").status == 302

    def post(self, path, fields):
        return self.session.post(self.deployment.url + path, fields, timeout=20,
                                 allow_redirects=False)

    def open(self, path):
        return AdminPage(self, path)

    def open_row(self, model, title):
        """The form of the row that the model's list shows with this title."""
        links = re.findall(r'href="(%s[^"]+/change/)">([^<]+)<' % model, self.open(model).html)
        return self.open(next(path for path, text in links if text == title))

    def follow(self, page):
        """The socket of an open page, which is up."""
        path = re.search('data-socket="([^"]+)"', page.html).group(1)
        socket = LiveSocket(self.deployment, path.replace(" ", "%20"), self)
        socket.frame_like(lambda frame: frame["payload"]["action"] == "following")
        return socket


def changed(socket):
    """The label of the model that the socket is told of next."""
    return socket.frame_like(
        lambda frame: frame["payload"]["action"] == "changed")["payload"]["model"]


@pytest.fixture(scope="module")
def project(wheel, tmp_path_factory, redis_url):
    project = foreign.Foreign(
        "newsroom", tmp_path_factory.mktemp("newsroom"), redis_url, ("default", "archive"))
    try:
        project.make(ROWS)
        project.take(foreign.STOCK)
        yield project
    finally:
        project.stop()


@pytest.fixture
def ann(project):
    return Editor(project, ANN)


@pytest.fixture
def bob(project):
    return Editor(project, BOB)


@pytest.mark.parametrize("model,title,name", [
    ("desk/story", "A fire", "title"),  # a UUID
    ("desk/interview", "A talk", "guest"),  # a child's key
    ("desk/interview", "A talk", "title"),  # a column of its parent's table
    ("desk/draft", "A fire", "desk"),  # a proxy
    ("desk/member", "carl@example.org", "desk"),  # the user model
    ("archive/clipping", "A flood", "title"),  # a text, in another database
])
def test_a_save_reaches_another_members_list_and_is_not_saved_over(ann, bob, model, title, name):
    model = "/admin/%s/" % model
    hers, his = (editor.open_row(model, title) for editor in (ann, bob))
    before = hers.value(name)
    socket = bob.follow(bob.open(model))
    assert hers.save(**{name: "other"}).status == 302
    assert changed(socket) == model[len("/admin/"):-1].replace("/", ".").replace("draft", "story")
    assert ANN in bob.open(model + "?_since=1").html
    again = his.save(**{name: "his"})
    assert again.status == 409 and "By %s, " % ANN in again.html
    assert again.save(**{name: before}).status == 302


def test_a_proxys_list_hears_of_its_model_and_shows_what_its_admin_has(ann, bob):
    socket = bob.follow(bob.open("/admin/desk/draft/"))
    page = ann.open_row("/admin/desk/story/", "A fire")
    assert page.save(is_published="on").status == 302
    changed(socket)
    assert "A fire" not in bob.open("/admin/desk/draft/").html
    assert ann.open(page.path).save(is_published=None).status == 302
    changed(socket)
    assert "A fire" in bob.open("/admin/desk/draft/").html


def test_a_models_list_hears_what_is_edited_in_its_proxys(ann, bob):
    socket = bob.follow(bob.open("/admin/desk/story/"))
    page = ann.open("/admin/desk/draft/?title=A fire")
    assert page.save(**{"form-0-desk": "night"}).status == 302
    changed(socket)
    page = ann.open(page.path)
    assert page.save(**{"form-0-desk": "city"}).status == 302


def test_a_site_whose_admin_shows_less_hears_and_says_no_more_than_that(ann, bob):
    """ann sees the city's stories there, and bob those of sport."""
    sockets = [editor.follow(editor.open("/proof/desk/story/")) for editor in (ann, bob)]
    page = ann.open_row("/admin/desk/story/", "A fire")
    assert page.save(title="A storm").status == 302
    key = page.path.split("/")[-3]
    for socket in sockets:
        frame = socket.frame_like(lambda frame: frame["payload"]["action"] == "changed")
        assert key not in str(frame) and "storm" not in str(frame)
    assert "A storm" in ann.open("/proof/desk/story/").html
    assert "A storm" not in bob.open("/proof/desk/story/").html
    with pytest.raises(Exception, match="403"):
        LiveSocket(bob.deployment, "/ws/admin/proof/desk.story/%s/" % key, bob)
    assert ann.open(page.path).save(title="A fire").status == 302


def test_who_has_a_form_open_is_named_as_the_user_model_has_it(ann, bob):
    page = ann.open_row("/admin/archive/clipping/", "A flood")
    socket = ann.follow(page)
    bob.follow(bob.open(page.path))
    people = socket.frame_like(lambda frame: BOB in str(frame))["payload"]["people"]
    assert BOB in people.values()


def test_each_sites_index_says_who_is_there_and_what_they_look_at_as_far_as_one_may_see(ann, bob):
    page = ann.open_row("/proof/desk/story/", "A fire")
    socket = bob.follow(bob.open("/proof/"))
    ann.follow(page)
    socket.frame_like(lambda frame: frame["payload"]["action"] == "here")
    for editor, text in ((ann, "Story “A fire”"), (bob, ">Stories<")):
        wait_for(lambda: text in who_is_here(editor), what=text)
    assert ANN in who_is_here(bob) and "A fire" not in who_is_here(bob)
    assert "A fire" not in who_is_here(ann, "/admin/")


def who_is_here(editor, site="/proof/"):
    return editor.open(site).html.partition('class="live-lists"')[2]


def test_a_member_who_is_no_longer_staff_hears_nothing_more(ann, bob):
    socket = bob.follow(bob.open("/admin/desk/story/"))
    page = ann.open_row("/admin/desk/member/", BOB)
    assert page.save(is_staff=None).status == 302
    assert socket.close_code() == 4012
    with pytest.raises(Exception, match="403"):
        LiveSocket(bob.deployment, "/ws/admin/admin/desk.story/", bob)
    assert ann.open(page.path).save(is_staff="on").status == 302


def test_its_checks_have_nothing_to_say(project):
    project.manage("check", "--fail-level", "WARNING")


def test_nothing_went_wrong(project):
    assert "Traceback" not in project.worker.text() + project.daphne.text()
