import pytest
import requests

from ..support.waiting import wait_for

HOSTILE = "</script><script>alert(1)"  # as long as a name may be


@pytest.fixture
def editor(new_window):
    return new_window().logged_in("admin").open("/admin/links/")  # a page without a socket


def add_link(editor, name, url="https://example.com/"):
    editor.open("/admin/links/link/add/")
    editor.fill(name=name, url=url)
    editor.submit('input[name="_continue"]')
    editor.wait_for(".success")
    return int(editor.driver.current_url.split("/")[-3])


def rename(editor, pk, name):
    editor.open("/admin/links/link/%d/change/" % pk)
    editor.fill(name=name)
    editor.submit('input[name="_continue"]')
    editor.wait_for(".success")


def delete(editor, pk):
    editor.open("/admin/links/link/%d/delete/" % pk)
    editor.submit('input[type="submit"]')
    editor.wait_for(".success")


def never_reloaded(window):
    window.script("window.sameDocument = true")
    return lambda: window.script("return window.sameDocument === true")


def test_an_admin_edit_changes_the_open_page(editor, new_window):
    page = new_window().open_live("/links/")
    is_same_document = never_reloaded(page)
    pks = [add_link(editor, name) for name in ("first row", "second row")]
    for pk, name in zip(pks, ("first row", "second row")):
        page.wait_text(name, 'tr[data-pk="%d"]' % pk)
    for name in ("renamed", "renamed again"):  # more than once
        for pk in pks:
            rename(editor, pk, name)
            page.wait_text(name, 'tr[data-pk="%d"]' % pk)
    for pk in pks:
        delete(editor, pk)
        page.wait_gone('tr[data-pk="%d"]' % pk)
    assert is_same_document()


def test_the_open_page_says_who_has_changed_a_link_and_so_does_its_history(editor, new_window):
    page = new_window().logged_in("alice").open_live("/links/")
    pk = add_link(editor, "whose")
    page.wait_text("admin added this", 'tr[data-pk="%d"]' % pk)
    rename(editor, pk, "whose now")
    page.wait_text("admin changed this", 'tr[data-pk="%d"]' % pk)
    editor.open("/admin/links/link/%d/history/" % pk)
    editor.wait_text("Changed name.", "#change-history")
    delete(editor, pk)
    page.wait_text("admin deleted", ".toasts")


def test_updates_apply_after_a_refresh_too(editor, new_window):
    page = new_window().open_live("/links/")
    pk = add_link(editor, "refreshed")
    page.wait_for('tr[data-pk="%d"]' % pk)
    page.submit(".links-detail .toolbar button")
    page.wait_for(".links-detail .toolbar button:not([disabled])")
    rename(editor, pk, "after refresh")
    page.wait_text("after refresh", 'tr[data-pk="%d"]' % pk)
    delete(editor, pk)
    page.wait_gone('tr[data-pk="%d"]' % pk)


def test_a_hostile_name_is_text_everywhere(editor, new_window):
    page = new_window().open_live("/links/")
    pk = add_link(editor, HOSTILE)
    page.wait_text(HOSTILE, 'tr[data-pk="%d"]' % pk)
    page.open_live("/links/")
    page.wait_text(HOSTILE, 'tr[data-pk="%d"]' % pk)
    editor.open("/admin/links/link/")
    editor.wait_text(HOSTILE, "#result_list")
    editor.open("/admin/links/link/%d/change/" % pk)
    page.open("/links/api/links/%d/" % pk)
    page.wait_text("alert(1)", "body")
    delete(editor, pk)


def test_the_browsable_api_deletes_a_row(editor, deployment):
    pk = add_link(editor, "by the api")
    editor.open("/links/api/links/%d/" % pk)
    editor.submit(".btn-danger.js-tooltip")  # opens the confirmation
    wait_for(lambda: "Are you sure" in editor.text("#deleteModal.in"), what="the confirmation")
    editor.script("document.querySelector('#deleteModal form button').click()")
    row = "%s/links/api/links/%d/" % (deployment.url, pk)
    wait_for(lambda: requests.get(row, timeout=10).status_code == 404, what="the row's end")


def test_a_javascript_url_is_not_a_link(editor, new_window, deployment):
    deployment.manage("shell", "-c", (
        "from links.models import Link;"
        "Link.objects.create(name='trap', url='javascript:alert(1)', user_id=1)"))
    page = new_window().open_live("/links/")
    page.wait_text("javascript:alert(1)")
    assert page.find('main a[href^="javascript"]') == []
    editor.open("/admin/links/link/")
    editor.wait_text("trap", "#result_list")
    assert editor.find('a[href^="javascript:a"]') == []
    deployment.manage("shell", "-c", (
        "from links.models import Link; Link.objects.filter(name='trap').delete()"))


@pytest.mark.parametrize("path", ["/", "/links/", "/chat/"])
def test_a_page_without_a_network_says_so_at_once(path, new_window):
    page = new_window().open_live(path)
    page.be_online(False)
    page.wait_text("Reconnecting… · last updated", ".connection", seconds=5)
    page.be_online(True)
    page.wait_connected()
    assert [line for line in page.console() if "net::ERR_" not in line] == []


@pytest.fixture
def many_links(deployment):
    deployment.manage("shell", "-c", (
        "from links.models import Link, LinkTag, Tag\n"
        "tag = Tag.objects.create(name='of many')\n"
        "for n in range(200):\n"  # no comprehension: before 3.12, it can't see the imports
        " last = Link.objects.create(name='many %d' % n, url='https://long.example/',"
        " description='long text ' * 40, user_id=1)\n"
        "LinkTag.objects.create(link=last, tag=tag)"))
    yield
    deployment.manage("shell", "-c", (
        "from links.models import Link, Tag; Link.objects.filter(name__startswith='many').delete();"
        "Tag.objects.filter(name='of many').delete()"))


def test_two_hundred_links_are_found_filtered_and_turned_over(many_links, editor, new_window):
    page = new_window().open_live("/links/")
    page.wait_text("1–50 of 2", ".pager")
    assert page.script("return document.documentElement.scrollHeight") < 8000
    page.submit(".next-page")
    page.wait_text("51–100 of 2", ".pager")
    page.fill(search="many 19")
    page.wait_text("1–12 of 12", ".pager")
    next(each for each in page.find("[name=filter-tag] option") if each.text == "of many").click()
    page.wait_text("1–1 of 1", ".pager")
    row = page.wait_for("tr[data-pk]")
    rename(editor, int(row.get_attribute("data-pk")), "another")
    page.wait_text("No link matches")  # it no longer matches the search
    page.driver.refresh()
    page.wait_connected()
    page.wait_text("No link matches")
    assert page.find("[name=search]")[0].get_attribute("value") == "many 19"
    rename(editor, int(row_pk(editor)), "many 199")
    page.wait_text("many 199", "tr[data-pk]")
    assert page.overflow() <= 0


def row_pk(editor):
    return editor.driver.current_url.split("/")[-3]


def test_the_page_comes_back_after_a_lost_connection(editor, new_window, deployment):
    page = new_window().open_live("/links/")
    is_same_document = never_reloaded(page)
    deployment.daphne.stop()
    page.wait_connected(False)
    page.wait_text("Reconnecting", ".links-detail [role=status]")
    deployment.manage("shell", "-c", (
        "from links.models import Link;"
        "Link.objects.create(name='while away', url='https://example.com/', user_id=1)"))
    deployment.start_daphne()
    page.wait_connected()
    page.wait_text("while away")  # it caught up
    pk = add_link(editor, "after the cut")
    page.wait_text("after the cut", 'tr[data-pk="%d"]' % pk)
    assert is_same_document()
    editor.console()  # Chromium logs the cut connection of the admin's bell
    complaints = [line for line in page.console() if "net::ERR_" not in line]
    assert complaints == []
    delete(editor, pk)
