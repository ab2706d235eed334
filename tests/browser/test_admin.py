"""
An open list of the admin follows what others do.
"""
import pytest

from .test_links import add_link, delete, rename

LIST = "/admin/links/link/?q=admin-list"


@pytest.fixture
def editor(new_window):
    return new_window().log_in("admin").open("/admin/")


@pytest.fixture
def watcher(new_window):
    return new_window().log_in("admin").open_live(LIST)


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
    delete(editor, pks[1])
    watcher.wait_text("2 results", "#changelist")
    rename(editor, third, "somewhere else")  # no longer what the list looks for
    watcher.wait_text("1 result", "#changelist")
    assert texts(watcher) == ["admin-list renamed"]
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
    assert ["409" in line for line in watcher.console()] == [True]  # Chromium notes it
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
