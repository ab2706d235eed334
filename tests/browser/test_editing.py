"""
Editing on the links page, in one window and in two.
"""
import threading

import pytest
import requests
from selenium.webdriver.common.keys import Keys

from tests.live.admin import save_link
from tests.live.deployment import Browser

from ..support.waiting import wait_for
from .proxy import Proxy


@pytest.fixture
def editor(new_window):
    return new_window().logged_in("admin").open_live("/links/")


def rows(deployment):
    answer = requests.get(deployment.url + "/links/api/links/?page_size=500", timeout=20)
    return {row["id"]: row["name"] for row in answer.json()["results"]}


def shown(window):
    return {int(pk): name for pk, name in window.script(
        "return Array.from(document.querySelectorAll('tr[data-pk]'),"
        " row => [row.dataset.pk, row.querySelector('th').innerText])")}


def add(window, name, url):
    window.submit(".add-link")
    window.fill(name=name, url=url)
    window.submit(".new-links .save-link")


def choose(window, row, what):
    """Chooses from a row's actions menu."""
    window.submit(row + ".menu-link:enabled")
    window.submit(row + what + ":enabled")


def row_named(window, name):
    return wait_for(lambda: next(
        (pk for pk, shown_name in shown(window).items() if shown_name == name and pk > 0), None),
        what="a row named " + name)


def test_a_link_is_added_changed_and_deleted_on_the_page(editor, new_window, deployment):
    watcher = new_window().open_live("/links/")
    add(editor, "typed here", "https://example.com/")
    pk = row_named(watcher, "typed here")
    row = 'tr[data-pk="%d"] ' % pk
    choose(editor, row, ".edit-link")
    editor.fill(name="typed again")
    editor.submit(row + ".save-link")
    watcher.wait_text("typed again", row)
    choose(editor, row, ".delete-link")
    editor.submit(".confirm-delete .confirm-link")
    watcher.wait_gone(row)
    editor.wait_gone(row)
    assert pk not in rows(deployment)
    editor.submit(".undo-link")
    watcher.wait_text("typed again", "tr[data-pk] th")
    assert "typed again" in rows(deployment).values()


def test_of_what_two_people_change_both_sides_are_shown_and_one_is_chosen(new_window, deployment):
    phone = new_window().be_phone().logged_in("admin").open_live("/links/")
    other = new_window().open_live("/links/")
    add(phone, "shared", "https://example.com/")
    pk = row_named(other, "shared")
    row = 'tr[data-pk="%d"] ' % pk
    for window, name in ((phone, "mine"), (other, "theirs")):
        choose(window, row, ".edit-link")
        window.fill(name=name)
    other.fill(url="https://theirs.example/")
    other.submit(row + ".save-link")
    phone.wait_text("Now: theirs", row + ".field-name .now")
    boxes = phone.find(row + "[name=name], " + row + "[name=url]")
    assert [box.get_attribute("value") for box in boxes] == ["mine", "https://theirs.example/"]
    phone.submit(row + ".save-link")
    phone.wait_text("Choose a version", row + "[role=alert]")
    assert phone.overflow() <= 0
    phone.driver.switch_to.active_element.send_keys(Keys.TAB)
    phone.driver.switch_to.active_element.send_keys(Keys.ENTER)  # on "Keep mine"
    other.wait_text("mine", row)
    assert rows(deployment)[pk] == "mine"
    choose(phone, row, ".delete-link")
    choose(other, row, ".edit-link")
    other.fill(name="changed")
    other.submit(row + ".save-link")
    phone.wait_text("changed", row + "th")
    phone.submit(row + ".confirm-link")
    phone.wait_text("mine → changed", row + ".row-alert")
    assert pk in rows(deployment) and phone.overflow() <= 0
    phone.submit(row + ".delete-anyway")
    other.wait_gone(row)


def test_a_refusal_is_shown_beside_the_field_and_nothing_is_lost(editor, deployment):
    before = rows(deployment)
    add(editor, "refused", "javascript:alert(1)")
    editor.wait_text("valid URL", ".new-links .field-url .field-error")
    assert editor.wait_for(".new-links [name=name]").get_attribute("value") == "refused"
    editor.fill(url="https://example.com/")
    editor.submit(".new-links .save-link")
    pk = row_named(editor, "refused")
    assert set(rows(deployment)) - set(before) == {pk}


def test_what_is_being_written_outlives_a_reload_but_no_logout(editor):
    editor.submit(".add-link")
    editor.fill(name="half a link", url="https://half.example/")
    editor.driver.refresh()
    editor.wait_connected()
    boxes = editor.find(".new-links [name=name], .new-links [name=url]")
    assert [box.get_attribute("value") for box in boxes] == ["half a link", "https://half.example/"]
    editor.log_out()
    editor.log_in("admin").open_live("/links/")
    editor.wait_for(".add-link")
    assert not editor.find(".link-form")


def test_who_may_not_write_sees_no_buttons(new_window, deployment):
    page = new_window().open_live("/links/")
    assert deployment.environment["OPEN_ACCESS"] == "1" and page.find(".add-link")
    deployment.environment["OPEN_ACCESS"] = "0"
    try:
        restart_workers(deployment)
        page = new_window().open_live("/links/")
        assert page.find(".add-link, .menu-link") == []
    finally:
        deployment.environment["OPEN_ACCESS"] = "1"
        restart_workers(deployment)


def restart_workers(deployment):
    for worker in deployment.workers:
        worker.stop()
    deployment.workers = []
    deployment.start_workers()


def test_a_page_that_is_cut_off_during_changes_ends_equal_to_the_table(new_window, deployment):
    proxy = Proxy(deployment.port)
    window = new_window()
    window.driver.get("http://127.0.0.1:%d/links/" % proxy.port)
    window.wait_connected()
    admin = Browser(deployment)
    admin.log_in("admin")
    done = threading.Event()

    def change():
        for number in range(25):
            save_link(admin, "change %d" % number)
        done.set()
    threading.Thread(target=change, daemon=True).start()
    cuts = 0
    while not done.is_set():
        proxy.cut()
        cuts += 1
        window.wait_connected()
    wait_for(lambda: shown(window) == rows(deployment), seconds=30,
             what="the table on the page, after %d cuts" % cuts)
    proxy.close()
    window.console()  # Chromium logs the cut connections
