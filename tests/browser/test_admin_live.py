"""
The admin's open pages under bad networks, concurrent editors and bulk changes.
"""
import pytest

from ..support.waiting import wait_for
from .proxy import Proxy
from .test_admin import texts
from .test_links import delete, never_reloaded

LIST = "/admin/links/link/?q=admin-live&o=1"
ROWS = 30
LEAST = 150  # milliseconds, as in live.js
CREATE = """
from links.models import Link
for number in range(%d):
    Link.objects.create(name="admin-live %%02d" %% number, url="https://example.com/", user_id=1)
"""
# As fast as possible, single saves between bulk changes
MANY = """
from links.models import Link
rows = list(Link.objects.filter(name__startswith="admin-live").order_by("pk"))
changes = turn = 0
while changes < 3000:
    turn += 1
    changes += Link.objects.filter(name__startswith="admin-live").update(description=str(turn))
    for number, row in enumerate(rows[:3]):
        row.name = "admin-live %02d turn %d" % (number, turn)
        row.save()
        changes += 1
"""
TIMES = """
return performance.getEntriesByType("resource").filter(e => e.name.includes("_since=")).map(
    e => [e.startTime, e.responseEnd])
"""

NOTE_LOSS = """
new MutationObserver(() => {
    window.wasLost = window.wasLost || document.querySelector("[data-connected=false]") !== null;
}).observe(document.getElementById("live-admin"), {attributes: true})
"""
NOW = "return performance.now()"
IS_BACK = "return window.wasLost && document.querySelector('[data-connected=true]') !== null"


@pytest.fixture
def shell(deployment):
    return lambda code: deployment.manage("shell", "-c", code)


@pytest.fixture
def rows(shell):
    shell(CREATE % ROWS)
    yield
    shell("from links.models import Link\n"
          "Link.objects.filter(name__startswith='admin-live').delete()")


@pytest.fixture
def proxy(deployment):
    proxy = Proxy(deployment.port)
    yield proxy
    proxy.close()


def test_a_list_says_that_its_connection_is_lost_and_is_right_again_after_it(
        new_window, proxy, rows, shell):
    watcher = new_window().logged_in("admin")
    watcher.driver.get("http://127.0.0.1:%d%s" % (proxy.port, LIST))
    watcher.wait_connected()
    is_same_document = never_reloaded(watcher)
    proxy.is_away = True
    proxy.cut()
    watcher.wait_text("The connection is lost", "#live-admin")
    shell("from links.models import Link\n"
          "row = Link.objects.get(name='admin-live 07')\n"
          "row.name = 'admin-live 07 meanwhile'\nrow.save()\n"
          "Link.objects.get(name='admin-live 08').delete()")
    proxy.is_away = False
    watcher.wait_text("admin-live 07 meanwhile", "#result_list tbody", seconds=40)
    watcher.wait_text("%d results" % (ROWS - 1), "#changelist")
    wait_for(lambda: "lost" not in watcher.text("#live-admin"), what="no more warning")
    assert is_same_document() and "admin-live 08" not in texts(watcher)
    watcher.console()  # Chromium logs the cut connections


def test_a_list_that_has_missed_nothing_without_a_connection_asks_for_nothing(
        new_window, proxy, rows, shell):
    watcher = new_window().logged_in("admin")
    watcher.driver.get("http://127.0.0.1:%d%s" % (proxy.port, LIST))
    watcher.wait_connected()
    watcher.script(NOTE_LOSS)
    proxy.cut()
    wait_for(lambda: watcher.script(IS_BACK), seconds=40, what="another connection")
    back = watcher.script(NOW)
    wait_for(lambda: watcher.script(NOW) > back + 3 * LEAST, what="the time to ask")
    shell("from links.models import Link\n"
          "Link.objects.get(name='admin-live 08').delete()")
    watcher.wait_text("%d results" % (ROWS - 1), "#changelist")
    assert len(watcher.script(TIMES)) == 1, "for the change alone"
    watcher.console()  # Chromium logs the cut connections


BE_OF_YESTERDAY = """
const script = document.querySelector("script[src*='channels_lts/admin/live.js']");
script.setAttribute("src", script.getAttribute("src").replace("live.js", "live.0123456789ab.js"));
"""


def test_a_page_of_before_a_deploy_says_so_and_keeps_what_was_typed(new_window, rows, shell):
    editor = new_window().logged_in("admin").open(LIST)
    editor.submit("#result_list tbody th a")
    editor.wait_connected()
    editor.fill(name="being typed")
    editor.script(BE_OF_YESTERDAY)
    shell("from links.models import Link\n"
          "Link.objects.filter(name__startswith='admin-live').update(description='new')")
    editor.wait_text("There is a new version of this page.", ".live-message")
    assert editor.wait_for('[name="name"]').get_attribute("value") == "being typed"
    assert "new" not in editor.wait_for('[name="description"]').get_attribute("value")
    editor.submit(".live-message button")
    editor.wait_gone(".live-message:not([hidden])")
    assert editor.wait_for('[name="description"]').get_attribute("value") == "new"


def test_two_editors_and_a_watcher_see_what_each_other_do(new_window, rows):
    ann, bob, watcher = (new_window().logged_in("admin") for _ in range(3))
    watcher.open_live(LIST)
    is_same_document = never_reloaded(watcher)
    ann.open("/admin/links/link/?q=admin-live 03")
    ann.submit("#result_list tbody th a")
    ann.wait_connected()
    path = ann.script("return location.pathname")
    bob.open_live(path)
    bob.fill(url="https://example.com/bob")
    ann.fill(name="admin-live 03 ann")
    ann.submit('input[name="_continue"]')
    ann.wait_for(".success")
    ann.wait_connected()
    bob.wait_text("admin-live 03 \u2192 admin-live 03 ann", "#live-admin")
    bob.submit('input[name="_continue"]')
    bob.wait_for(".success")
    bob.wait_connected()
    ann.wait_text("https://example.com/bob", "#live-admin")
    watcher.wait_text("https://example.com/bob", "#result_list tbody")
    watcher.wait_text("admin-live 03 ann", "#result_list tbody")
    delete(ann, int(path.split("/")[-3]))
    bob.wait_text("This was deleted", "#live-admin")
    watcher.wait_text("%d results" % (ROWS - 1), "#changelist")
    assert is_same_document()


def test_a_list_asks_in_turns_whatever_happens_and_is_then_what_a_reload_shows(
        new_window, rows, shell):
    shell(CREATE % (90 - ROWS))
    watcher = new_window().logged_in("admin").open_live(LIST)
    is_same_document = never_reloaded(watcher)
    shell(MANY)
    reloaded = new_window().logged_in("admin").open(LIST)
    wanted = texts(reloaded)
    assert sum(" turn " in text for text in wanted) == 3
    wait_for(lambda: shown(watcher) == wanted, seconds=40, what="the list as a reload has it")
    times = watcher.script(TIMES)
    assert len(times) > 1
    assert all(later[0] - before[1] > LEAST - 1 for before, later in zip(times, times[1:]))
    assert is_same_document()


def shown(window):
    """The names of the rows, after accepting any update that the list offers."""
    for button in window.find("#live-admin .live-message button"):
        button.click()
    return texts(window)
