"""
The options of rundelay.
"""
import subprocess
import sys

import pytest
from asgiref.inmemory import ChannelLayer
from channels import channel_layers
from django.core.management import CommandError, call_command, get_commands

from channels_lts.delay.worker import Worker

from ..worker.loops import make_layer


def test_rundelay_is_ours():
    assert get_commands()["rundelay"] == "channels_lts"


@pytest.mark.parametrize("options, problem", [
    ({"sleep": 0}, "--sleep is 0"), ({"layer": "other"}, "--layer is 'other'"),
    ({}, "in-memory layer")])
def test_a_bad_start_is_one_line(options, problem):
    channel_layers.set("default", make_layer())
    with pytest.raises(CommandError, match=problem):
        call_command("rundelay", verbosity=0, **options)


def test_rundelay_runs_our_worker(monkeypatch):
    class SharedLayer(ChannelLayer):
        """An in-memory layer that passes for one that other processes can reach."""
    ran = []
    channel_layers.set("default", make_layer(layer=SharedLayer()))
    monkeypatch.setattr(Worker, "run", lambda worker: ran.append(worker))
    call_command("rundelay", verbosity=0, sleep=0.5)
    worker, = ran
    assert worker.database_sleep_duration == 0.5


def test_a_project_without_the_table_gets_one_line_and_can_still_ask_for_statistics():
    # In a separate process, in which channels' modules aren't imported yet.
    code = (
        "import channels_lts.compat\n"
        "import django\n"
        "from django.conf import settings\n"
        "settings.configure(INSTALLED_APPS=['channels_lts', 'channels'], CHANNEL_LAYERS={'default':"
        " {'BACKEND': 'asgiref.inmemory.ChannelLayer', 'ROUTING': []}})\n"
        "django.setup()\n"
        "from django.core.management import execute_from_command_line, CommandError\n"
        "execute_from_command_line(['manage.py', %r])\n")
    for command, line in (
            ("rundelay", '"channels.delay" isn\'t in INSTALLED_APPS'),
            ("layer_stats", "This channel layer keeps no statistics")):
        child = subprocess.run([sys.executable, "-c", code % command], stderr=subprocess.PIPE)
        error = child.stderr.decode("utf8")
        assert child.returncode == 1
        assert line in error and len(error.splitlines()) == 1, error
