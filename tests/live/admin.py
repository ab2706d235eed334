"""
What an editor does in the admin, by HTTP, and what then arrives.
"""
from tests.support.admin import AdminPage

INLINES = {
    "linktag_set-TOTAL_FORMS": 0, "linktag_set-INITIAL_FORMS": 0,
    "linktag_set-MIN_NUM_FORMS": 0, "linktag_set-MAX_NUM_FORMS": 1000,
}


def save_link(admin, name, path="add/", **inlines):
    AdminPage(admin, "/admin/links/link/" + path).send(**dict(
        INLINES, name=name, url="https://example.com/", user="1", description="", **inlines))


def pk_of(admin, kind, name):
    rows = admin.get("/links/api/%s/?name=%s" % (kind, name)).json()["results"]
    return rows[-1]["id"]


def payload(socket, stream, action):
    frame = socket.frame_like(
        lambda frame: frame["stream"] == stream and frame["payload"]["action"] == action)
    return frame["payload"]
