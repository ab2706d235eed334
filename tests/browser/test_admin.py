"""
Open lists and forms of the admin follow what others do.
"""
import random

import pytest

from ..live.deployment import Browser
from ..live.sockets import LiveSocket
from ..support.admin import AdminPage
from ..support.waiting import wait_for
from .test_links import add_link, delete, rename

LIST = "/admin/links/link/?q=admin-list"
MANY = "/admin/links/link/?q=admin-many&o=1"  # sorted by name
IN_BULK = """
from django.contrib.auth.models import User
from links.models import Link
user = User.objects.get(username="admin")
links = []
for n in range(101):
    links.append(Link(name="admin-many %02d" % n, url="https://example.com/%d" % n, user=user))
Link.objects.bulk_create(links)
"""


@pytest.fixture
def editor(new_window):
    return new_window().logged_in("admin").open("/admin/links/")  # a page without a socket


@pytest.fixture
def watcher(new_window):
    return new_window().logged_in("admin").open_live(LIST)


def texts(window):
    return window.script("return Array.from(document.querySelectorAll("
                         "'#result_list tbody th'), e => e.innerText.split('\\n')[0])")


def test_the_list_follows_what_others_do(editor, watcher):
    pks = [add_link(editor, "admin-list %d" % number) for number in range(2)]
    watcher.wait_text("admin-list 1", "#result_list tbody")
    watcher.script("window.sameDocument = true")
    rename(editor, pks[0], "admin-list renamed")
    watcher.wait_text("admin-list renamed", "#result_list tbody")
    third = add_link(editor, "admin-list 2")
    watcher.wait_text("admin-list 2", "#result_list tbody")
    watcher.wait_text("3 results", "#changelist")
    watcher.wait_text("0 of 3 selected", ".actions")
    watcher.find("#result_list tbody .action-select")[-1].click()
    watcher.wait_text("1 of 3 selected", ".actions")
    watcher.find("#action-toggle")[0].click()
    watcher.wait_text("3 of 3 selected", ".actions")
    watcher.find("#action-toggle")[0].click()
    delete(editor, pks[1])
    watcher.wait_text("2 results", "#changelist")
    rename(editor, third, "somewhere else")  # no longer matches the search
    watcher.wait_text("1 result", "#changelist")
    assert texts(watcher) == ["admin-list renamed"]
    assert not any(each.is_displayed() for each in watcher.find(".live-bar p:not(.live-status)"))
    assert watcher.script("return window.sameDocument === true")
    delete(editor, pks[0])
    delete(editor, third)


def test_what_somebody_has_ticked_or_typed_stays_and_is_not_saved_over(editor, watcher):
    pks = [add_link(editor, "admin-list %d" % number) for number in range(2)]
    watcher.wait_text("admin-list 1", "#result_list tbody")
    row = "document.querySelector('#result_list input.action-select[value=\"%d\"]').closest('tr')"
    pending = row + ".querySelector('[name$=pending]')"
    watcher.script((pending + ".click()") % pks[0])
    rename(editor, pks[0], "admin-list other")
    watcher.wait_text("Changed by admin.", "#result_list tbody")
    watcher.wait_text("admin-list other", "#result_list tbody")
    assert watcher.script("return " + pending % pks[0] + ".checked")
    watcher.script("document.querySelector('input[name=_save]').click()")
    watcher.wait_text("rows that you edited have changed", "#content")
    assert ["409" in line for line in watcher.console()] == [True]  # Chromium logs the 409
    watcher.open_live(LIST)
    watcher.script((pending + ".click()") % pks[0])
    rename(editor, pks[0], "admin-list third")
    watcher.wait_text("Changed by admin.", "#result_list tbody")
    watcher.script((row + ".querySelector('.live-note button').click()") % pks[0])
    assert not watcher.script("return " + pending % pks[0] + ".checked")
    watcher.script((pending + ".click()") % pks[0])
    watcher.script("document.querySelector('input[name=_save]').click()")
    watcher.wait_text("changed successfully", ".messagelist")
    for pk in pks:
        delete(editor, pk)


def test_what_an_action_would_lose_is_asked_about_in_rows_that_came_later_too(editor, watcher):
    pks = [add_link(editor, "admin-list %d" % number) for number in range(2)]
    watcher.wait_text("admin-list 1", "#result_list tbody")
    watcher.open_live(LIST)
    rename(editor, pks[0], "admin-list renamed")
    watcher.wait_text("renamed", "#result_list tbody")
    watcher.find("#result_list [name$=pending]")[1].click()
    watcher.submit('button[name="index"]')
    alert = watcher.driver.switch_to.alert
    assert "unsaved changes" in alert.text
    alert.dismiss()
    for pk in pks:
        delete(editor, pk)


def test_rows_by_the_hundred_and_rows_that_push_off_what_is_ticked_are_shown_when_asked_for(
        editor, watcher):
    watcher.open_live(MANY)
    editor.deployment.manage("shell", "-c", IN_BULK)
    watcher.wait_text("This list has changed.", ".live-message")
    assert texts(watcher) == []
    watcher.submit(".live-message button")
    watcher.wait_text("101 results", "#changelist")
    assert len(texts(watcher)) == 100
    watcher.find("#result_list .action-select")[-1].click()
    first = add_link(editor, "admin-many 00 first")
    watcher.wait_text("1 new link", ".live-message")
    assert texts(watcher)[0] == "admin-many 00"
    watcher.submit(".live-message button")
    watcher.wait_text("102 results", "#changelist")
    assert len(texts(watcher)) == 100 and "admin-many 00 first" in texts(watcher)
    assert not watcher.find("#result_list .selected")
    editor.deployment.manage("shell", "-c", (
        "from links.models import Link; Link.objects.filter(name__contains='admin-many').delete()"))
    watcher.wait_text("This list has changed.", ".live-message")
    watcher.submit(".live-message button")
    watcher.wait_text("0 results", "#changelist")
    assert first


class Editors:
    """One editor each in the change list, the form, the REST API, a socket and the shell."""

    def __init__(self, deployment):
        self.deployment = deployment
        self.browser = Browser(deployment)
        self.browser.log_in("admin")
        self.socket = LiveSocket(deployment, "/updates/links/", self.browser)
        self.ways = [self.by_form, self.by_list, self.by_rest, self.by_socket, self.delete]

    def links(self):
        return self.browser.get("/links/api/links/?page_size=500&search=admin-list").json()[
            "results"]

    def pk(self, choice):
        return choice([link["id"] for link in self.links()])

    def by_form(self, choice, name):
        path = "/admin/links/link/%d/change/" % self.pk(choice)
        assert AdminPage(self.browser, path).save(name=name).status == 200

    def by_list(self, choice, name):
        page = AdminPage(self.browser, LIST)
        assert page.save(**{"form-0-pending": [[], ["on"]][len(name) % 2]}).status == 200

    def by_rest(self, choice, name):
        link = "/links/api/links/%d/" % self.pk(choice)
        token = self.browser.session.cookies["csrftoken"]
        answer = self.browser.session.patch(
            self.deployment.url + link, json={"name": name},
            headers={"X-CSRFToken": token, "Referer": self.deployment.url})
        assert answer.status_code == 200

    def by_socket(self, choice, name):
        self.socket.say({"stream": "links", "payload": {
            "action": "create", "data": {"name": name, "url": "https://example.com/"},
            "request_id": name}})
        self.socket.frame_like(lambda frame: frame["payload"].get("request_id") == name)

    def delete(self, choice, name):
        pk = self.pk(choice)
        if len(self.links()) > 2:
            AdminPage(self.browser, "/admin/links/link/%d/delete/" % pk).send()

    def by_shell(self):
        self.deployment.manage("shell", "-c", (
            "from links.models import Link\n"
            "for link in Link.objects.filter(name__contains='admin-list')[:2]:\n"
            "    link.name = 'admin-list shell'\n    link.save()\n"))


def shown(window):
    return window.script("return Array.from(document.querySelectorAll('#result_list tbody tr'), "
                         "e => e.innerText + e.querySelector('[name$=pending]').checked)")


@pytest.mark.parametrize("seed", [1, 2])
def test_after_edits_from_everywhere_every_open_list_equals_a_reload(
        deployment, new_window, watcher, seed):
    editors, chance = Editors(deployment), random.Random(seed)
    other = new_window().logged_in("admin").open_live(LIST + "&o=1")
    for number in range(3):
        editors.by_socket(chance.choice, "admin-list %d" % number)
    for number in range(12):
        chance.choice(editors.ways)(chance.choice, "admin-list %d.%d" % (seed, number))
    editors.by_shell()
    for window, path in ((watcher, LIST), (other, LIST + "&o=1")):
        fresh = new_window().logged_in("admin").open(path)
        wait_for(lambda: shown(window) == shown(fresh), what="the rows of a reload")
    editors.socket.close()
    for link in editors.links():
        AdminPage(editors.browser, "/admin/links/link/%d/delete/" % link["id"]).send()


def test_a_list_is_right_again_after_a_connection_was_lost(editor, watcher):
    pk = add_link(editor, "admin-list 0")
    watcher.wait_text("admin-list 0", "#result_list tbody")
    watcher.driver.set_network_conditions(
        offline=True, latency=0, download_throughput=0, upload_throughput=0)
    watcher.wait_text("connection is lost", ".live-connection")
    rename(editor, pk, "admin-list meanwhile")
    watcher.driver.delete_network_conditions()
    watcher.wait_text("admin-list meanwhile", "#result_list tbody", seconds=40)
    watcher.wait_connected()
    assert watcher.text(".live-connection") == ""
    assert watcher.console()
    delete(editor, pk)


def test_a_form_takes_what_others_change_and_shows_both_sides_of_what_both_have(
        editor, new_window):
    pk = add_link(editor, "admin-form")
    path = "/admin/links/link/%d/change/" % pk
    form = new_window().logged_in("admin").open_live(path)
    form.script("window.sameDocument = true")
    editor.open(path)
    editor.fill(name="admin-form 2")
    editor.submit('input[name="_continue"]')
    editor.wait_for(".success")
    form.wait_text("Name: admin-form \u2192 admin-form 2", ".live-message")
    assert form.script("return document.querySelector('[name=name]').value") == "admin-form 2"
    form.fill(name="mine")
    editor.fill(name="theirs", url="https://example.com/other")
    editor.submit('input[name="_continue"]')
    editor.wait_for(".success")
    form.wait_text("Changed by admin: theirs", ".live-note")
    assert form.script("return [document.querySelector('[name=name]').value, "
                       "document.querySelector('[name=url]').value]") == [
                           "mine", "https://example.com/other"]
    assert form.text("p.url a") == "https://example.com/other"
    form.script("document.querySelectorAll('.live-note button')[1].click()")  # keep mine
    form.submit('input[name="_continue"]')
    form.wait_for(".success")
    editor.wait_text("Name: theirs \u2192 mine", ".live-message")
    delete(form, pk)
    editor.wait_text("This was deleted", ".live-message")


def test_a_field_of_two_boxes_follows_and_shows_both_sides(deployment, new_window):
    deployment.manage("shell", "-c", (
        "from django.contrib.auth.models import Group; Group.objects.create(name='admin-group')"))
    mine = new_window().logged_in("admin")
    mine.open("/admin/auth/group/?q=admin-group").submit("#result_list tbody a")
    path = mine.driver.current_url[len(deployment.url):].partition("?")[0]
    mine.open_live(path)
    browser = Browser(deployment)
    browser.log_in("admin")
    options = mine.script(
        "return SelectBox.cache.id_permissions_from.slice(0, 3).map(o => o.value)")

    def chosen():
        return mine.script("return SelectBox.cache.id_permissions_to.map(o => o.value)")

    page = AdminPage(browser, path).save(permissions=options[:1])
    assert page.status == 200
    mine.wait_text("Permissions: \u2013 \u2192", ".live-message")
    assert chosen() == options[:1]
    mine.script("SelectBox.cache.id_permissions_to.push({value: arguments[0], text: 'x'})",
                options[1])
    AdminPage(browser, path).save(permissions=options[2:])
    mine.wait_for(".live-note button")
    assert sorted(chosen()) == sorted(options[:2])
    mine.submit(".live-note button")  # take theirs
    assert chosen() == options[2:]
    mine.submit('input[name="_save"]')
    mine.wait_text("changed successfully", ".messagelist")
    AdminPage(browser, path.replace("change", "delete")).send()


def test_rows_that_others_add_below_come_without_what_was_typed_being_lost(editor, new_window):
    pk = add_link(editor, "admin-form")
    path = "/admin/links/link/%d/change/" % pk
    mine = new_window().logged_in("admin").open_live(path)
    mine.fill(name="mine")
    tags = mine.script("return Array.from(document.querySelectorAll("
                       "'#id_linktag_set-0-tag option'), o => o.value).slice(1)")
    mine.script("document.querySelector('#id_linktag_set-0-tag').value = arguments[0]", tags[1])
    browser = Browser(editor.deployment)
    browser.log_in("admin")
    AdminPage(browser, path).save(**{"linktag_set-0-tag": tags[0], "url": "https://example.com/x"})
    mine.wait_text("rows below were added or deleted", ".live-message")
    mine.submit(".live-message button")
    wait_for(lambda: mine.script(
        "return (document.querySelector('#id_linktag_set-1-tag') || {}).value") == tags[1],
        what="the row that was typed")
    assert mine.script("return ['name', 'url', 'linktag_set-0-tag'].map(name => "
                       "document.querySelector(`[name=${name}]`).value)") == [
                           "mine", "https://example.com/x", tags[0]]
    mine.submit('input[name="_continue"]')
    mine.wait_for(".success")
    assert mine.script(
        "return document.querySelector('[name=linktag_set-INITIAL_FORMS]').value") == "2"
    delete(editor, pk)


def test_a_form_says_who_else_has_it_open_and_is_typing(editor, new_window):
    pk = add_link(editor, "admin-people")
    path = "/admin/links/link/%d/change/" % pk
    editor.open_live(path)
    other = new_window().logged_in("alice")
    other.open("/")
    editor.deployment.manage("shell", "-c", (
        "from django.contrib.auth import get_user_model as m\n"
        "m().objects.filter(username='alice').update(is_staff=True, is_superuser=True)"))
    other.open_live(path)
    editor.wait_text("Also here: alice", ".live-people")
    other.fill(name="typed")
    editor.wait_text("alice (is typing)", ".live-people")
    editor.deployment.manage("shell", "-c", (
        "from django.contrib.auth import get_user_model as m\n"
        "m().objects.filter(username='alice').update(is_staff=False, is_superuser=False)"))
    delete(editor, pk)


def test_a_phone_shows_a_conflict_and_what_is_live_in_spanish(editor, new_window):
    pk = add_link(editor, "admin-phone")
    path = "/admin/links/link/%d/change/" % pk
    phone = new_window().logged_in("admin").be_phone("es").open_live(path)
    editor.open(path)
    editor.fill(name="admin-phone with a name that")
    editor.submit('input[name="_continue"]')
    editor.wait_for(".success")
    phone.wait_text("Cambiado por admin", ".live-message")
    assert phone.overflow() <= 0
    phone.script("document.querySelectorAll('input[name=_version]').forEach(e => e.value = 'x')")
    phone.submit('input[name="_continue"]')
    phone.wait_text("No se ha guardado nada", ".live-conflict")
    assert phone.overflow() <= 0
    assert ["409" in line for line in phone.console()] == [True]
    delete(editor, pk)
