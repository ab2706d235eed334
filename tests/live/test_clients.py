"""The example clients, as their README says to run them."""
import json
import shutil
import sys

import pytest

from tests.conftest import need

from ..support.waiting import wait_for
from .deployment import CommandLine

pytestmark = pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)

CLIENTS = {
    "python": [sys.executable, "clients/python/links.py"],
    "javascript": ["node", "--experimental-websocket", "clients/javascript/links.mjs"],
}


@pytest.fixture(params=sorted(CLIENTS))
def client(request, deployment, tmp_path):
    """Starts the client with a command; ended after the test."""
    command = CLIENTS[request.param]
    need(shutil.which(command[0]), "%s isn't installed" % command[0])
    started = []

    def start(*arguments, name="admin", password="admin"):
        words = command + [deployment.url, name, password] + list(arguments)
        started.append(CommandLine(
            "client%d" % len(started), words, deployment.environment, tmp_path))
        return started[-1]
    yield start
    for process in started:
        process.stop()


def lines(process):
    """Its JSON output."""
    return [json.loads(line) for line in process.text().splitlines() if line[:1] in "[{"]


def end(process):
    process.child.wait(30)
    return process.child.returncode


def test_one_follows_what_another_saves_and_comes_back_after_a_loss(
        client, deployment, admin):
    follower = client("follow")
    wait_for(lambda: [line for line in lines(follower) if line[0] == "loaded"],
             what="rows: " + follower.text())
    writer = client("add", "Redis", "https://redis.io/")
    assert end(writer) == 0, writer.text()
    answer, = lines(writer)
    assert answer["action"] == "created"
    wait_for(lambda: ["create", answer["data"]] in lines(follower), what="the new row")

    deployment.daphne.kill()
    deployment.start_daphne()
    wait_for(deployment.is_healthy)
    wait_for(lambda: [line[0] for line in lines(follower)].count("loaded") == 2,
             what="the rows again: " + follower.text())
    token = admin.session.cookies["csrftoken"]
    admin.session.delete("%s/links/api/links/%d/" % (deployment.url, answer["pk"]),
                         headers={"X-CSRFToken": token}).raise_for_status()
    wait_for(lambda: ["delete", answer["data"]] in lines(follower), what="the end of the row")


def test_an_ended_session_and_a_wrong_password_end_it(client, visitor, deployment):
    refused = client("follow", password="wrong")
    assert end(refused) == 1 and "doesn't log admin in" in refused.text()

    follower = client("follow", name="bob", password="bob")
    wait_for(lambda: lines(follower), what="rows: " + follower.text())
    deployment.manage("shell", "-c", "from channels_lts.auth import disconnect; "
                      "from django.contrib.auth.models import User; "
                      "disconnect(user=User.objects.get(username='bob'))")
    assert end(follower) == 1 and "log in again" in follower.text()
