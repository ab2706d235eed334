"""
The warning about messages packed in pure Python.
"""
import pytest
from channels.signals import worker_process_ready
from django.core.checks import run_checks
from msgpack import Packer, fallback

from channels_lts import packing
from channels_lts.worker import Worker

from .security.daphne.browser import Daphne


@pytest.fixture
def slow(monkeypatch):
    monkeypatch.setattr(packing, "missing", lambda missing=packing.missing: missing(
        fallback.Packer))


def test_only_the_slow_one_is_told_of():
    assert "pure Python" in packing.missing(fallback.Packer)
    assert Packer is fallback.Packer or packing.missing() is None


def test_it_is_told_before_a_deployment(slow):
    told = {each.id: each for each in run_checks(include_deployment_checks=True)}
    assert "docs/python.md" in told["channels_lts.W009"].msg and told["channels_lts.W009"].hint
    assert "channels_lts.W009" not in {each.id for each in run_checks()}


def test_daphne_and_a_worker_say_it_when_they_start(slow, caplog, channel_layer):
    Daphne()
    worker_process_ready.send(sender=Worker(channel_layer))
    assert [each.name for each in caplog.records if each.getMessage() == packing.missing()] == [
        "channels_lts.security.daphne.guard", "channels_lts.checks"]
