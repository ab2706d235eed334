"""
The options of runworker.
"""
import logging

import pytest
from asgiref.inmemory import ChannelLayer
from channels import channel_layers, route
from channels.signals import worker_process_ready, worker_ready
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.management import CommandError, call_command
from redis.exceptions import ConnectionError

from channels_lts.management.commands import runworker
from channels_lts.management.commands.runworker import Command
from channels_lts.security.handler import StaticFilesConsumer, ViewConsumer
from channels_lts.worker import Worker, WorkerGroup
from channels_lts.worker.outage import WorkerOutage

from .loops import Log, make_layer


class SharedLayer(ChannelLayer):
    """An in-memory layer that passes for one that other processes can reach."""


@pytest.fixture(autouse=True)
def logger():
    """channels' logger, as it was before the command set it up."""
    logger = logging.getLogger("django.channels")
    before = logger.level, logger.propagate, list(logger.handlers)
    yield
    logger.setLevel(before[0])  # not by assignment: what is enabled is cached
    logger.propagate, logger.handlers = before[1:]


@pytest.fixture
def layer():
    """The default layer."""
    layer = make_layer(route("test.a", print), route("test.b", print), layer=SharedLayer())
    channel_layers.set("default", layer)
    return layer


@pytest.fixture
def ran(monkeypatch):
    """The workers that were run; they don't work."""
    workers = []
    monkeypatch.setattr(Worker, "run", lambda worker: workers.append(worker))
    return workers


def run_command(*args, **options):
    return call_command("runworker", *args, verbosity=0, **options)


def test_runworker_is_ours():
    from django.core.management import get_commands
    assert get_commands()["runworker"] == "channels_lts"


def test_one_thread_is_the_default(layer, ran):
    run_command()
    assert type(ran[0]) is Worker


def test_the_options_reach_the_worker(layer, ran):
    run_command("--threads", "3", "--max-messages", "7", "--only-channels", "test.*",
                "--exclude-channels", "test.b")
    worker, = ran
    assert type(worker) is WorkerGroup and len(worker.all_workers) == 3
    assert worker.process.message_limit.most == 7
    assert worker.channels() == ["test.a"]


def test_another_layer_can_be_chosen(ran, settings):
    other = make_layer(route("test.a", print), layer=SharedLayer())
    settings.CHANNEL_LAYERS = dict(settings.CHANNEL_LAYERS, other={})
    channel_layers.set("other", other)
    run_command("--layer", "other")
    assert ran[0].channel_layer is other
    del channel_layers.backends["other"]


@pytest.mark.parametrize("debug, consumer", [(True, StaticFilesConsumer), (False, ViewConsumer)])
def test_static_files_are_served_in_debug_only(layer, ran, settings, debug, consumer):
    settings.DEBUG = debug
    run_command()
    defaults = [each.consumer for each in layer.router.root.routing
                if "http.request" in each.channels]
    assert [type(each) for each in defaults] == [consumer]


def test_the_signals_of_a_ready_worker_are_sent(layer, ran):
    senders = []

    def note(sender, signal, **kwargs):
        senders.append((signal, sender))
    for signal in (worker_process_ready, worker_ready):
        signal.connect(note)
    run_command("--threads", "2")
    for signal in (worker_process_ready, worker_ready):
        signal.disconnect(note)
    main, other = ran[0].all_workers
    assert senders == [(worker_process_ready, main), (worker_ready, main), (worker_ready, other)]


@pytest.mark.parametrize("options, problem", [
    (["--layer", "nowhere"], "--layer is 'nowhere'; settings.CHANNEL_LAYERS has default"),
    (["--threads", "0"], "--threads is 0; it must be at least 1"),
    (["--max-messages", "-1"], "--max-messages is -1; it must be at least 1"),
    (["--only-channels", "nothing"], "--only-channels and --exclude-channels leave no channel"),
])
def test_a_bad_option_is_one_clear_line(layer, ran, options, problem):
    with pytest.raises(CommandError) as caught:
        run_command(*options)
    assert str(caught.value) == problem
    assert ran == []


@pytest.fixture
def static(monkeypatch, tmp_path):
    """The folder of the static files of a site in production."""
    monkeypatch.setattr(runworker, "staticfiles_storage", ManifestStaticFilesStorage(
        location=str(tmp_path), base_url="/static/"))
    return tmp_path


def test_a_worker_of_pages_does_not_start_without_the_static_files(layer, ran, static):
    with pytest.raises(CommandError) as caught:
        run_command()
    assert str(caught.value) == "There are no static files: run manage.py collectstatic"
    run_command("--exclude-channels", "http.request")
    assert len(ran) == 1


def test_a_project_without_static_files_needs_none(layer, ran, static, settings, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(runworker.apps, "is_installed", lambda name: False)
        run_command()
    settings.STATIC_URL = None
    run_command()
    assert len(ran) == 2


def test_a_worker_of_pages_starts_with_them(layer, ran, static):
    (static / "staticfiles.json").write_text('{"version": "1.0", "paths": {"a.css": "a.1.css"}}')
    run_command()
    assert len(ran) == 1


def test_the_in_memory_layer_is_refused(ran):
    channel_layers.set("default", make_layer())
    with pytest.raises(CommandError, match="can't reach a worker in another process"):
        run_command()


def test_a_broken_layer_setting_is_one_clear_line(ran, settings):
    settings.CHANNEL_LAYERS = {"broken": {"BACKEND": "no.such.Layer", "ROUTING": ""}}
    with pytest.raises(CommandError, match="Cannot import BACKEND 'no.such.Layer'"):
        run_command("--layer", "broken")


def test_a_layer_that_can_not_be_made_without_redis_is_waited_for(layer, ran, monkeypatch):
    attempts = []

    def make(manager, alias):
        attempts.append(alias)
        if len(attempts) < 3:
            raise ConnectionError("no sentinel")
        return layer
    monkeypatch.setattr(WorkerOutage, "longest", 0.2)
    monkeypatch.setattr(type(channel_layers), "__getitem__", make)
    with Log() as log:
        run_command()
    assert ran and "no sentinel" in log.one("is away")


def test_verbosity_names_each_consumed_channel(layer, monkeypatch):
    command = Command()
    monkeypatch.setattr(Worker, "run", lambda worker: worker.callback("test.a", None))
    with Log() as log:
        call_command(command, verbosity=2)
    log.one("test.a")
