"""
A real PostgreSQL that is stopped while its host runs on.
"""
import os
import signal
from types import SimpleNamespace

import dj_database_url
import pytest
from channels import route
from channels.signals import worker_ready
from django.db import connections

from channels_lts.outages import told
from tests.channels_lts.worker.loops import consume, make_layer, replies
from tests.conftest import need
from tests.scripts import checkout  # noqa: F401 (adds script/ to the path)
from tests.support.waiting import wait_for

import services  # isort:skip


@pytest.fixture
def stopped(settings, monkeypatch, django_db_blocker):
    """The alias of a separate database."""
    folder = services.postgres_folder()
    need(folder, "there is no initdb and postgres on this machine")
    settings.CHANNELS_LTS = dict(settings.CHANNELS_LTS, QUERY_SECONDS=1)
    monkeypatch.setattr(told, "outages", {})
    with services.running_postgres(SimpleNamespace(wait_until=wait_for), folder) as url:
        monkeypatch.setitem(connections.databases, "stopped", dict(
            dj_database_url.parse(url + "/postgres"), ENGINE="channels_lts.postgresql",
            OPTIONS={"connect_timeout": 2}))
        with django_db_blocker.unblock():
            yield "stopped"


def ask(alias, sql="SELECT 1"):
    with connections[alias].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


class Script:
    """What becomes of the server before each message's question."""

    def __init__(self, alias, *steps):
        self.alias = alias
        self.steps = list(steps)
        self.processes = []

    def stop(self):
        """The process that serves this session, and the one that lets sessions in."""
        with open(ask(self.alias, "SHOW data_directory") + "/postmaster.pid") as file:
            self.processes = [ask(self.alias, "SELECT pg_backend_pid()"), int(file.readline())]
        for pid in self.processes:
            os.kill(pid, signal.SIGSTOP)

    def go_on(self):
        while self.processes:
            os.kill(self.processes.pop(), signal.SIGCONT)

    def nothing(self):
        pass

    def consumer(self, message):
        getattr(self, self.steps.pop(0))()
        message.reply_channel.send({"text": str(ask(self.alias))})


def test_a_database_that_hangs_is_away_for_the_worker_and_back_when_it_answers(stopped, log):
    script = Script(stopped, "nothing", "stop", "nothing", "go_on")
    layer = make_layer(route("websocket.receive", script.consumer))
    names = ["daphne.response.%d!" % number for number in range(4)]
    worker_ready.send(sender=None)
    try:
        consume(layer, *[("websocket.receive", {"reply_channel": name + "y", "text": ""})
                         for name in names])
    finally:
        script.go_on()
    closed, answer = {"close": 1013}, {"text": "1"}
    assert [replies(layer, name) for name in names] == [
        [answer], [closed], [closed], [answer]]
    assert "QUERY_SECONDS" in log.one("The database stopped is away")
    assert log.one("The database stopped is back") and log.having("Traceback") == []
