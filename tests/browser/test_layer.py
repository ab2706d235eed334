"""
The admin's page of the channel layer.
"""
import re

import pytest

from ..support.waiting import wait_for

PAGE = "/admin/channels_lts/layer/"
DARK = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
POINTS = ("return document.querySelector('#live-layer .line-1').getAttribute('points')"
          ".split(' ').length")
# The lowest WCAG contrast between a text and its background
CONTRAST = """
function channels(color) { return (color.match(/[\\d.]+/g) || []).map(Number); }
function light(color) {
    var found = channels(color).slice(0, 3).map(function (each) {
        each /= 255;
        return each <= 0.03928 ? each / 12.92 : Math.pow((each + 0.055) / 1.055, 2.4);
    });
    return 0.2126 * found[0] + 0.7152 * found[1] + 0.0722 * found[2];
}
function behind(element) {
    for (; element; element = element.parentElement) {
        var color = getComputedStyle(element).backgroundColor;
        if (channels(color)[3] !== 0) { return color; }
    }
    return "rgb(255, 255, 255)";
}
return Array.from(document.querySelectorAll("#content *")).filter(function (element) {
    return element.offsetParent && Array.from(element.childNodes).some(function (node) {
        return node.nodeType === 3 && node.data.trim();
    });
}).map(function (element) {
    var pair = [light(getComputedStyle(element).color), light(behind(element))].sort();
    return [(Math.max.apply(null, pair) + 0.05) / (Math.min.apply(null, pair) + 0.05),
            element.textContent.trim().slice(0, 40)];
}).sort(function (one, two) { return one[0] - two[0]; })[0];
"""


def connects(window):
    """The number of handshakes sent, from the table of channels."""
    row = re.search(r"websocket\.connect\s+\d+\s+\S+ s\s+(\d+)", window.text(".layer-channels"))
    return int(row.group(1))


def test_the_page_follows_what_goes_on_until_it_is_paused(new_window):
    admin, visitor = new_window().logged_in("admin"), new_window()
    admin.open("/admin/").submit('a[href="%s"]' % PAGE)
    admin.script("window.sameDocument = true")
    table = admin.wait_for('[aria-labelledby="layer-channels"]')
    admin.script("arguments[0].focus()", table)
    before, sent = admin.script(POINTS), connects(admin)
    visitor.open_live("/links/")
    wait_for(lambda: connects(admin) > sent, 40, "the handshake in the table")
    assert admin.script(POINTS) > before
    assert admin.script("return document.activeElement.getAttribute('aria-labelledby')") == (
        "layer-channels")
    assert admin.script("return window.sameDocument === true")
    admin.submit(".layer-controls button")
    kept = admin.wait_for(".layer-figures")
    admin.script("window.fetch = function () { throw new Error('asked while paused'); }")
    assert admin.text(".layer-controls button") == "Go on"
    assert admin.script("return arguments[0].isConnected", kept)


@pytest.mark.parametrize("is_dark", [False, True])
def test_it_can_be_read_on_a_phone_and_by_who_cannot_see_it(new_window, is_dark):
    phone = new_window().logged_in("admin").be_phone("es")
    if is_dark:
        phone.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", DARK)
    for path in (PAGE, PAGE + "sockets/?q=admin"):
        phone.open(path).wait_for(".layer-table")
        assert phone.overflow() <= 0
        ratio, text = phone.script(CONTRAST)
        assert ratio >= 4.5, text
    assert "Of a user" not in phone.text("main, #content")
    phone.open(PAGE).wait_for(".layer-controls button")
    assert phone.script("return getComputedStyle(document.body).colorScheme") == (
        "dark" if is_dark else "normal")
    assert [each.get_attribute("aria-labelledby") for each in phone.find("svg[role=img]")] == [
        "chart-%s legend-%s" % (each, each)
        for each in ("waiting", "sent", "dropped", "pages", "sockets")]
