"""
An open list of the admin follows what others do.
"""
import pytest

from .test_links import add_link, delete, rename

LIST = "/admin/links/link/?q=admin-list"


@pytest.fixture
def editor(new_window):
    return new_window().log_in("admin").open("/admin/links/")  # without a socket


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


def test_a_form_takes_what_others_change_and_shows_both_sides_of_what_both_have(
        editor, new_window):
    pk = add_link(editor, "admin-form")
    path = "/admin/links/link/%d/change/" % pk
    form = new_window().log_in("admin").open_live(path)
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
    form.script("document.querySelectorAll('.live-note button')[1].click()")  # keeps hers
    form.submit('input[name="_continue"]')
    form.wait_for(".success")
    editor.wait_text("Name: theirs \u2192 mine", ".live-message")
    delete(form, pk)
    editor.wait_text("This was deleted", ".live-message")


def test_a_form_says_who_else_has_it_open_and_is_typing(editor, new_window):
    pk = add_link(editor, "admin-people")
    path = "/admin/links/link/%d/change/" % pk
    editor.open_live(path)
    other = new_window().log_in("alice")
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
    phone = new_window().log_in("admin").be_phone("es").open_live(path)
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
