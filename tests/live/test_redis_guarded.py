"""
The site on a Redis that gives it a user with the rights it needs, and on one that is full.
"""
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from channels_lts.redis import with_credentials

from ..channels_lts.layers.conftest import new_redis  # noqa: F401 (a fixture)
from ..channels_lts.layers.test_access import PASSWORD, documented_rights
from ..support.waiting import wait_for
from .deployment import ROOT, Browser, Deployment, running
from .people import open_rooms
from .sockets import LiveSocket

MIB = 2 ** 20


@pytest.fixture
def alone(tmp_path, new_redis):  # noqa: F811
    """The site on a separate Redis; not started yet."""
    server = new_redis("--save", "")
    return Deployment(tmp_path, server.url, workers=1, beside=["background", "delay"])


def name_of(site):
    """The prefix of its keys."""
    code = ("import channels_lts.compat; from django.conf import settings; "
            "print(settings.SITE)")
    return subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, env=site.environment,
                                   universal_newlines=True).strip()


@pytest.fixture
def as_user(alone):
    """The site, as a user with the permissions listed in docs/layer.md."""
    rights = [right.replace("asgi", name_of(alone)) for right in documented_rights()]
    alone.redis.execute_command("ACL", "SETUSER", "layer", "reset", "on", ">" + PASSWORD, *rights)
    alone.environment.update(
        REDIS_URL=with_credentials(alone.environment["REDIS_URL"], "layer", PASSWORD))
    with running(alone):
        yield alone


def test_a_user_with_the_documented_rights_is_all_that_the_site_needs(as_user):
    browser = Browser(as_user)
    browser.log_in("alice")
    open_rooms(as_user, ["lobby"])
    socket = LiveSocket(as_user, "/ws/chat/lobby/", browser)
    socket.say({"action": "who"})
    socket.frame_like(lambda frame: frame["type"] == "user_list" and frame["users"])
    socket.close()
    users = LiveSocket(as_user, "/users/", browser)
    Browser(as_user).log_in("bob")
    users.frame_like(lambda frame: frame.get("username") == "bob")
    users.close()
    assert "pending" in as_user.manage("layer_stats")
    as_user.manage("tell", "news")
    as_user.stop()
    logs = as_user.logs()
    for words in ("NOPERM", "ACL failure", "doesn't let", "Traceback", "ERROR"):
        assert words not in logs, logs


def post(site, size):
    try:
        return requests.post(site.url + "/links/", data=b"x" * size, timeout=60).status_code
    except requests.RequestException as error:
        return error


def test_a_full_redis_refuses_what_is_new_and_serves_again_when_it_has_been_emptied(alone):
    with running(alone) as site:
        socket = LiveSocket(site, "/users/")
        worker = site.workers.pop()
        worker.stop()
        bound = site.redis.info("memory")["used_memory"] + 4 * MIB
        site.redis.config_set("maxmemory", bound)
        with ThreadPoolExecutor(12) as threads:
            uploads = [threads.submit(post, site, MIB) for _ in range(12)]
            wait_for(lambda: any(each.done() for each in uploads), seconds=30, what="a refusal")
            site.redis.config_set("maxmemory", 1)  # so that even small messages find no room
            for _ in range(20):
                assert requests.get(site.url + "/links/", timeout=30).status_code == 503
            socket.say({"action": "who"})
            assert socket.close_code() == 1013
            site.redis.config_set("maxmemory", bound)
            site.start_workers()
            statuses = [each.result() for each in uploads]
        assert set(statuses) == {403, 503}  # without a CSRF token, what has come through
        wait_for(lambda: requests.get(site.url + "/links/", timeout=30).status_code == 200,
                 seconds=30, what="a page")
        LiveSocket(site, "/users/").close()
        logs = site.logs()
        assert all(process.child.poll() is None for process in site.processes())
        told = [line for line in logs.splitlines() if "OOM command not allowed" in line]
        assert 1 <= len(told) <= 20, logs
        assert "Traceback" not in logs
