"""
The Redis commands that docs/primer.md counts, counted between real processes.
"""
import json
import os
import re

import pytest
import requests

from primer.examples import EXAMPLES
from tests.conftest import need
from tests.primer.costs import CASES, PERMISSION, SENT, costs

from ..support.waiting import wait_for
from .deployment import Browser, Deployment, running
from .monitor import Monitor, ports_of
from .sockets import LiveSocket

# What they send while idle: heartbeats, presence, a check whether groups are due to be swept; and
# once, when they start.
IDLE = re.compile(r'::(beats|open|roster|presence|group-sweep|group:\*)|^"LOAD"')
ROUNDS = 3
MOST_ROUNDS = 20  # on a busy machine some take a command more: a wait that was over just then
PERMIT = (
    "from django.contrib.auth.models import Permission, User;"
    "User.objects.get(username='alice').user_permissions.add("
    "Permission.objects.get(codename='%s'))" % PERMISSION)
PATHS = {example.key: (example.kind, example.path) for example in EXAMPLES}


@pytest.fixture(scope="module")
def site(request, tmp_path_factory, redis_url):
    """
    A deployment with one worker, so that it is clear who does what, with or without OPEN_ACCESS.
    """
    need(os.path.exists("/proc/net/tcp"), "needs Linux, to tell whose connection is whose")
    folder = tmp_path_factory.mktemp("costs")
    with running(Deployment(
            folder, redis_url, workers=1, OPEN_ACCESS=str(int(request.param)))) as site:
        site.manage("tell", "something")
        site.manage("shell", "-c", PERMIT)
        yield site


@pytest.fixture(scope="module")
def alice(site):
    browser = Browser(site)
    browser.log_in("alice")
    return browser


@pytest.fixture
def monitor(site):
    monitor = Monitor(site.redis)
    yield monitor
    monitor.close()


def sender(site, key, sent, alice):
    """A function that sends once and waits for all answers, and one that ends it."""
    kind, path = PATHS[key]
    if kind == "http":
        url = "%s%s?%s" % (site.url, path, sent.content)
        return lambda: requests.get(url, timeout=15).raise_for_status(), lambda: None
    socket = LiveSocket(site, path, alice if sent.is_user else None)
    text = sent.content if isinstance(sent.content, str) else json.dumps(sent.content)

    def say():
        socket.socket.send(text)
        for _ in range(sent.answers):
            assert '"error"' not in socket.socket.recv()
    return say, socket.close


class Count:
    """The commands of daphne and of the worker while something is done."""

    def __init__(self, site, monitor, kind):
        # After a request daphne says that it is over, on http.disconnect.
        self.sent = 2 if kind == "http" else 1
        self.processes = {"daphne": site.daphne.child.pid, "worker": site.workers[0].child.pid}
        self.monitor = monitor

    def of(self, action):
        self.monitor.commands()
        self.found = {"daphne": [], "worker": []}
        action()
        wait_for(self.is_over, seconds=60, what="both to wait again")
        return {name: len(commands) for name, commands in self.found.items()}

    def is_over(self):
        ports = {port: name for name, pid in self.processes.items() for port in ports_of(pid)}
        for port, command, arguments in self.monitor.commands():
            if port in ports and not IDLE.search(arguments) and command not in ("SELECT", "SCRIPT"):
                self.found[ports[port]].append(command)
        daphne, worker = self.found["daphne"], self.found["worker"]
        return (daphne.count("EVALSHA") >= self.sent and "BLPOP" in daphne and
                worker[-1:] == ["BLPOP"])


@pytest.mark.parametrize(
    "site, key, label", [(SENT[key][label].is_open, key, label) for key, label in CASES],
    indirect=["site"], scope="module")  # or each test would start a deployment of its own
def test_the_commands_of_a_message_are_those_of_the_document(key, label, site, monitor, alice):
    sent = SENT[key][label]
    count = Count(site, monitor, PATHS[key][0])
    again, end = sender(site, key, sent, alice)
    expected = costs()[key, label]

    def is_as_documented(entry):
        # The document says so: where two answers come, daphne may take one more command for them.
        return entry["worker"] == expected.worker and entry["daphne"] in range(
            expected.daphne, expected.daphne + sent.answers)
    counts = []
    while len(counts) < MOST_ROUNDS:
        site.forget_limits()
        counts.append(count.of(again))
        if sum(map(is_as_documented, counts)) >= ROUNDS:
            break
    end()
    assert sum(map(is_as_documented, counts)) >= ROUNDS, counts
