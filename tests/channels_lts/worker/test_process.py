"""
Real workers in processes of their own, on a real Redis.
"""
import os
import signal
from urllib.parse import urlsplit

import pytest
import redis

from channels_lts.layers.base import capabilities_of
from tests.support.waiting import blocked_clients, wait_for

from .process import Gate, WorkerProcess


@pytest.fixture(params=["StockLayer", "OurLayer"])
def site(redis_url, monkeypatch, request):
    """The module that the workers run, on asgi_redis's layer and on ours."""
    monkeypatch.setenv("WORKER_HOSTS", redis_url)
    monkeypatch.setenv("WORKER_LAYER", request.param)
    from . import site
    return site


@pytest.fixture
def notes(site, redis_url):
    """A Redis client, with nothing left of other tests in it."""
    client = redis.StrictRedis.from_url(redis_url)

    def clean():
        for key in client.scan_iter("worker-test*"):
            client.delete(key)
    clean()
    yield client
    clean()


@pytest.fixture
def layer(site, notes, redis_url):
    layer_class = getattr(site, os.environ["WORKER_LAYER"])
    return layer_class(**site.layer_config([redis_url]))


@pytest.fixture
def start(tmp_path, redis_url, notes):
    """Starts a worker and waits until it listens."""
    processes = []

    def start_worker(*options, hosts=(redis_url,)):
        log = tmp_path / ("worker%d.log" % len(processes))
        processes.append(WorkerProcess(str(log), hosts, redis_url, *options))
        processes[-1].wait_for_text("Listening on channels")
        return processes[-1]
    yield start_worker
    for process in processes:
        process.kill()


@pytest.fixture
def gate(redis_url):
    gate = Gate(redis_url)
    yield gate
    gate.shut()


def send(layer, numbers, seconds=0):
    for number in numbers:
        layer.send("test.note", {"number": number, "seconds": seconds})


def numbers_in(notes, key):
    return [int(number) for number in notes.lrange(key, 0, -1)]


def wait_for_numbers(notes, key, numbers):
    wait_for(lambda: sorted(numbers_in(notes, key)) == sorted(numbers), seconds=20,
             what="%s being %s" % (key, sorted(numbers)))


@pytest.mark.parametrize("options, waiting, number", [
    ([], 1, signal.SIGTERM), (["--threads", "3"], 3, signal.SIGINT)])
def test_an_idle_worker_stops_without_waiting_for_a_message(start, notes, options, waiting, number):
    before = blocked_clients(notes)
    worker = start(*options)
    wait_for(lambda: blocked_clients(notes) == before + waiting, what="idle workers")
    worker.signal(number)
    assert worker.status() == 0


def test_an_idle_worker_of_two_shards_stops_whichever_it_waits_for(start, notes, redis_url):
    parts = urlsplit(redis_url)
    other = parts._replace(path="/%d" % (int(parts.path.strip("/") or 0) + 1)).geturl()
    before = blocked_clients(notes)
    worker = start(hosts=(redis_url, other))
    wait_for(lambda: blocked_clients(notes) > before, what="an idle worker")
    worker.signal()
    assert worker.status() == 0


@pytest.mark.parametrize("options", [[], ["--threads", "2"]])
def test_a_stopping_worker_finishes_what_it_has_and_takes_no_more(
        start, layer, notes, site, options):
    worker = start(*options)
    busy = [1, 2] if options else [1]
    send(layer, busy, seconds=1)
    wait_for_numbers(notes, site.BEGUN, busy)
    worker.signal()
    worker.wait_for_text("Stopping")
    send(layer, [3])
    assert worker.status() == 0
    assert sorted(numbers_in(notes, site.DONE)) == busy
    assert layer.receive(["test.note"]) == ("test.note", {"number": 3, "seconds": 0})


def test_a_second_signal_ends_a_busy_worker_at_once(start, layer, notes, site):
    worker = start()
    send(layer, [1], seconds=600)
    wait_for_numbers(notes, site.BEGUN, [1])
    worker.signal()
    worker.wait_for_text("Stopping")
    worker.signal()
    assert worker.status() == 128 + signal.SIGTERM
    assert numbers_in(notes, site.DONE) == []


@pytest.mark.parametrize("options", [[], ["--threads", "2"]])
def test_a_consumer_that_loops_is_reported_and_ended_by_a_second_signal(
        start, layer, notes, site, monkeypatch, options):
    monkeypatch.setenv("WORKER_CONSUMER_SECONDS", "0.3")
    worker = start(*options)
    layer.send("test.spin", {"in_c": False, "path": "/here\nthere"})
    worker.wait_for_text(
        "CONSUMER_SECONDS): tests.channels_lts.worker.site.spin on test.spin "
        "for /here\\nthere")
    worker.wait_for_text("worker/site.py")  # the stack
    worker.signal()
    worker.wait_for_text("Stopping")
    assert worker.child.poll() is None
    worker.signal()
    assert worker.status() == 128 + signal.SIGTERM
    assert worker.text().count("Still running") == 1


def test_a_consumer_that_loops_in_c_is_reported_too(start, layer, notes, site, monkeypatch):
    monkeypatch.setenv("WORKER_CONSUMER_SECONDS", "0.3")
    worker = start()
    layer.send("test.spin", {"in_c": True})
    worker.wait_for_text("Timeout (")
    worker.wait_for_text("in spin")
    assert worker.child.poll() is None


def test_a_working_worker_reports(start, layer):
    start("--threads", "2")
    alive = capabilities_of(layer).alive
    report, = wait_for(lambda: alive("worker"), what="a worker that reports")
    assert report["threads"] == report["moving"] == 2


def test_a_message_that_is_just_being_handed_out_is_consumed(
        start, layer, notes, site, monkeypatch):
    monkeypatch.setenv("WORKER_LAYER", "Signalled" + os.environ["WORKER_LAYER"])
    worker = start()
    send(layer, [1, 2])
    assert worker.status() == 0
    assert numbers_in(notes, site.DONE) == [1]
    assert layer.receive(["test.note"]) == ("test.note", {"number": 2, "seconds": 0})


def test_every_message_is_consumed_once_while_workers_are_stopped_and_started(
        start, layer, notes, site):
    workers = [start("--threads", "2"), start()]
    sent = 0
    for round_number in range(4):
        victim = workers.pop(0)
        send(layer, range(sent, sent + 30), seconds=0.002)
        # Somewhere in the middle of them, at another place each time.
        wait_for(lambda: notes.llen(site.BEGUN) >= sent + 3 * round_number, what="half of a round")
        victim.signal(signal.SIGTERM if round_number % 2 else signal.SIGINT)
        send(layer, range(sent + 30, sent + 60))
        sent += 60
        workers.append(start("--threads", "2") if round_number % 2 else start())
        assert victim.status() == 0
    wait_for_numbers(notes, site.DONE, range(sent))
    for worker in workers:
        worker.signal()
        assert worker.status() == 0
    assert sorted(numbers_in(notes, site.BEGUN)) == list(range(sent))


@pytest.mark.parametrize("options", [[], ["--threads", "2"]])
def test_a_worker_waits_for_redis_at_its_start_and_after_an_outage(
        start, layer, notes, site, gate, redis_url, options):
    host = urlsplit(redis_url)._replace(netloc="%s:%d" % gate.address).geturl()
    worker = start(*options, hosts=[host])
    worker.wait_for_text("is away, waiting for it")
    send(layer, [1])
    gate.open()
    wait_for_numbers(notes, site.DONE, [1])
    worker.wait_for_text("is back after")
    gate.shut()
    worker.wait_for_text("is away, waiting for it", times=2)
    send(layer, [2])
    gate.open()
    wait_for_numbers(notes, site.DONE, [1, 2])
    worker.wait_for_text("is back after", times=2)
    worker.signal()
    assert worker.status() == 0
    assert worker.text().count("is away") == 2
    assert worker.text().count("is back") == 2


def test_a_worker_that_waits_for_redis_names_its_host_without_the_password_and_can_be_stopped(
        start, gate):
    worker = start(hosts=["redis://user:hunter2@%s:%d/0" % gate.address])
    worker.wait_for_text("Redis at redis://***@%s:%d/0 is away" % gate.address)
    worker.signal()
    assert worker.status() == 0
    assert "hunter2" not in worker.text()


@pytest.mark.parametrize("options", [[], ["--threads", "2"]])
def test_a_worker_stops_by_itself_after_max_messages(start, layer, notes, site, options):
    worker = start("--max-messages", "3", *options)
    send(layer, [1, 2, 3])
    assert worker.status() == 0
    assert sorted(numbers_in(notes, site.DONE)) == [1, 2, 3]
