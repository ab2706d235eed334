"""
Pages that come back after their sockets were lost, through daphne, workers and Redis.
"""
from tests.support.admin import AdminPage

from .admin import payload, save_link

PAGES = 20


def test_pages_that_come_back_get_the_frames_that_they_have_missed_as_they_were_sent(
        deployment, admin, live_socket):
    watcher = live_socket("/updates/")
    heard = payload(watcher, "links", "sync")["seq"]
    for page in [live_socket("/updates/") for _ in range(PAGES)]:
        payload(page, "links", "sync")
        page.close()
    save_link(admin, "missed")
    sent = [payload(watcher, "links", "create")]
    pk = sent[0]["pk"]
    save_link(admin, "missed, too", "%d/change/" % pk)
    sent.append(payload(watcher, "links", "update"))
    AdminPage(admin, "/admin/links/link/%d/delete/" % pk).send()
    sent.append(payload(watcher, "links", "delete"))
    pages = [live_socket("/updates/") for _ in range(PAGES)]
    for page in pages:
        known = payload(page, "links", "sync")["seq"]
        assert known == sent[-1]["seq"]
        page.say({"stream": "links", "payload": {
            "action": "sync", "after": heard, "known": known}})
    for page in pages:
        assert payload(page, "links", "recovered")["frames"] == sent
