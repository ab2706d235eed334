"""
The options of rundelay.
"""
import pytest
from asgiref.inmemory import ChannelLayer
from channels import channel_layers
from django.core.management import CommandError, call_command, get_commands

from channels_lts.management.commands import rundelay

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
    monkeypatch.setattr(rundelay.DelayWorker, "run", lambda worker: ran.append(worker))
    call_command("rundelay", verbosity=0, sleep=0.5)
    worker, = ran
    assert worker.database_sleep_duration == 0.5
