"""
From an admin save or a login by HTTP to the frame at a socket, through every real part.
"""
import pytest

from tests.support.admin import AdminPage

from .admin import payload, pk_of, save_link


@pytest.mark.parametrize("path", ["/updates/links/", "/updates/"])
def test_an_admin_save_reaches_the_socket(path, admin, live_socket):
    socket = live_socket(path)
    save_link(admin, "made")
    made = payload(socket, "links", "create")
    assert made["data"]["name"] == "made"
    for name in ("once", "twice"):
        save_link(admin, name, "%d/change/" % made["pk"])
        assert payload(socket, "links", "update")["data"]["name"] == name
    AdminPage(admin, "/admin/links/link/%d/delete/" % made["pk"]).send()
    assert payload(socket, "links", "delete")["pk"] == made["pk"]


@pytest.mark.parametrize("path", ["/updates/tags/", "/updates/"])
def test_a_tag_reaches_the_socket(path, admin, live_socket):
    socket = live_socket(path)
    admin.post("/admin/links/tag/add/", {"name": "live", "description": "", "user": ""})
    assert payload(socket, "tags", "create")["data"]["name"] == "live"


@pytest.mark.parametrize("path", ["/updates/linktags/", "/updates/"])
def test_a_links_tag_reaches_the_socket(path, admin, live_socket):
    socket = live_socket(path)
    tag = pk_of(admin, "tags", "redis")
    save_link(admin, "tagged", **{"linktag_set-TOTAL_FORMS": 1, "linktag_set-0-tag": tag})
    assert payload(socket, "linktags", "create")["data"]["tag"] == tag


def test_a_login_and_a_logout_reach_every_socket(visitor, live_socket):
    sockets = [live_socket("/users/") for _ in range(3)]
    browser = visitor()
    browser.log_in("alice")
    browser.log_out()
    for socket in sockets:
        assert socket.frame() == {"username": "alice", "is_logged_in": True}
        assert socket.frame() == {"username": "alice", "is_logged_in": False}


def test_who_is_answered(visitor, live_socket):
    visitor().log_in("bob")
    socket = live_socket("/users/")
    socket.say({"action": "who"})
    users = socket.frame_like(lambda frame: "users" in frame)["users"]
    bob = next(user for user in users if user["username"] == "bob")
    assert (bob["is_logged_in"], bob["is_online"]) == (True, False)


def test_a_path_out_of_the_routing_is_refused(live_socket):
    with pytest.raises(Exception, match="403"):
        live_socket("/nowhere/")


def test_the_logs_show_no_traceback(deployment):
    assert "Traceback" not in deployment.logs()
