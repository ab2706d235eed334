"""
An open list of the admin, and people who save at the same time, through real processes.
"""
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.admin import AdminPage

from .admin import save_link

LIST = "/admin/links/link/"
THREE_SAVES = """
from django.db import transaction
from links.models import Link
with transaction.atomic():
    for number in range(3):
        Link.objects.create(name="together", url="https://example.com/", user_id=1)
"""
PEOPLE = 4


@pytest.fixture
def following(admin, live_socket):
    """The socket that the list opens, which is up."""
    page = AdminPage(admin, LIST)
    socket = live_socket(re.search('data-socket="([^"]+)"', page.html).group(1), admin)
    assert socket.frame()["payload"]["action"] == "following"
    return socket


def test_a_commit_of_any_process_is_one_frame(deployment, following):
    deployment.manage("shell", "-c", THREE_SAVES)
    payload = following.frame()["payload"]
    assert (payload["action"], len(payload["pks"])) == ("changed", 3)


def test_a_list_follows_over_a_restart_of_all_workers(deployment, admin, following):
    for worker in deployment.workers:
        worker.stop()
    deployment.workers = []
    assert following.is_open()
    deployment.start_workers()
    save_link(admin, "after the deploy")
    assert following.frame()["payload"]["action"] == "changed"


def test_of_people_who_save_at_the_same_time_one_does_and_the_others_are_told(
        deployment, admin, following):
    save_link(admin, "at the same time")
    pk = admin.get("/links/api/links/?name=at the same time").json()["results"][0]["id"]
    path = "%s%d/change/" % (LIST, pk)
    pages = [AdminPage(admin, path) for _ in range(PEOPLE)]

    def save(number):
        fields = dict(pages[number].fields, name="by %d" % number, _save="Save")
        return admin.session.post(
            deployment.url + path, fields, timeout=60, allow_redirects=False).status_code
    with ThreadPoolExecutor(PEOPLE) as pool:
        answers = list(pool.map(save, range(PEOPLE)))
    # SQLite has no row locks: somebody whose write is refused is asked to try again.
    assert answers.count(302) == 1 and set(answers) <= {302, 409, 503}
    assert AdminPage(admin, path).value("name") == "by %d" % answers.index(302)
