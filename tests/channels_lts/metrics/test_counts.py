"""
What workers, views and daphnes count.
"""
import pytest
from channels.exceptions import DenyConnection
from channels.routing import route
from redis.exceptions import ConnectionError

from channels_lts.layers import base
from channels_lts.layers.drop_log import CountedDropLog
from channels_lts.layers.metrics import CONSUMER, DROPPED, QUEUE, REFUSED, VIEW, WAKE, channel_label
from channels_lts.layers.redis.counters import Counters
from channels_lts.layers.redis.metrics import read
from channels_lts.security.websockets import allowed_origins_only
from channels_lts.worker.process import WakeUp
from tests.channels_lts.asking import ask
from tests.channels_lts.security.daphne.server import Server, handshake
from tests.channels_lts.worker.loops import consume, make_layer

from .recorder import Recorder


@pytest.fixture
def recorder(monkeypatch):
    recorder = Recorder()
    monkeypatch.setattr(base.Capabilities, "metrics", recorder)
    return recorder


def connect(consumer):
    message = {"reply_channel": "daphne.response.a!b", "path": "/", "order": 0, "headers": [
        (b"host", b"testserver"), (b"origin", b"http://elsewhere.example")]}
    consume(make_layer(route("websocket.connect", consumer)), ("websocket.connect", message))


@pytest.mark.parametrize("channel,label", [
    ("http.request", "http.request"),
    ("daphne.response.abc!", "daphne.response!"),
    ("daphne.response.abc!xyz", "daphne.response!"),
    ("jobs!x", "jobs!"),
    ("body?x", "body?"),
])
def test_a_label_has_nothing_random(channel, label):
    assert channel_label(channel) == label
    assert channel_label(WakeUp(None).channel) == WAKE


# Workers

def test_a_consumer_counts_by_channel_and_name_also_when_it_fails(recorder):
    def fails(message):
        raise ValueError("no")
    consume(make_layer(route("jobs", fails)), ("jobs", {}))
    (metric, channel, consumer), = recorder.observed
    assert (metric, channel) == (CONSUMER, "jobs") and consumer.endswith("fails")


@allowed_origins_only
def of_the_own_site(message):
    pass


def closes(message):
    message.reply_channel.send({"close": 4403})


def accepts(message):
    message.reply_channel.send({"accept": True})


def denies(message):
    raise DenyConnection("whatever a project says of a client")


def fails(message):
    raise ValueError("no")


def needs_redis(message):
    raise ConnectionError("gone")


@pytest.mark.parametrize("consumer,reason", [
    (of_the_own_site, "a socket from another origin (ALLOWED_ORIGINS)"),
    (closes, "its consumer has closed it"),
    (denies, "its consumer has denied it (DenyConnection)"),
    (fails, "its consumer has failed"),
    (needs_redis, "something it needs is full or away"),
])
def test_a_handshake_that_a_worker_refuses_counts_by_its_reason(recorder, consumer, reason):
    connect(consumer)
    assert recorder.counted == [(REFUSED, reason)]


def test_a_handshake_that_is_accepted_is_not_counted(recorder):
    connect(accepts)
    assert recorder.counted == []


def test_a_socket_that_is_closed_later_is_no_refused_handshake(recorder):
    consume(make_layer(route("websocket.receive", closes)),
            ("websocket.receive", {"reply_channel": "daphne.response.a!b", "path": "/"}))
    assert recorder.counted == []


def test_what_fails_elsewhere_is_no_refused_handshake(recorder):
    consume(make_layer(route("jobs", fails)), ("jobs", {}))
    assert recorder.counted == []


@pytest.mark.django_db
@pytest.mark.parametrize("path,labels", [
    ("/links/", ("links:links-detail", "2xx")), ("/nowhere", ("", "4xx"))])
def test_a_request_counts_by_view_and_status(recorder, path, labels):
    ask(path=path)
    assert recorder.observed == [(VIEW,) + labels]


@pytest.mark.parametrize("block", [False, True])
def test_the_time_in_queue_counts_whether_a_worker_waits_or_looks(layer, block):
    layer.receive(["jobs"])  # after a look in vain, the next one waits at once
    layer.send("jobs", {})
    assert layer.receive(["jobs"], block=block)[0] == "jobs"
    layer.report_statistics()
    amounts = read(layer)[QUEUE.name]
    assert sum(amount for (_, bucket), amount in amounts.items() if bucket != "sum") == 1


def test_the_time_in_queue_is_that_of_redis(layer):
    layer.send("jobs", {})
    (key,), = [layer.connection(0).lrange(layer.prefix + "jobs", 0, -1)]
    layer.connection(0).pexpire(key, round((layer.expiry - 20) * 1000))
    layer.receive(["jobs"])
    layer.report_statistics()
    assert 20e6 <= read(layer)[QUEUE.name]["jobs", "sum"] < 50e6


# Daphnes

def test_a_handshake_that_daphne_refuses_counts_by_its_reason(recorder, settings):
    settings.CHANNELS_LTS = {"MAX_SOCKETS_PER_ADDRESS": 1}
    server = Server()
    server.connect().send(handshake("/"))
    server.connect().send(handshake("/no"))
    server.connect().send(handshake("/").replace(b"Key: dGhl", b"Key: \xa0\xa0\xa0\xa0"))
    (_, reason), (_, malformed) = recorder.counted
    assert "MAX_SOCKETS_PER_ADDRESS" in reason and malformed == "a malformed request"


def test_a_request_that_daphne_refuses_is_no_handshake(recorder):
    Server(limits={"MAX_HEADERS": 1}).connect().send(
        handshake("/").replace(b"Upgrade: websocket", b"X-A: b"))
    assert recorder.counted == []


def test_what_is_dropped_counts_by_channel_and_reason(recorder):
    drop_log = CountedDropLog(Counters(), recorder)
    drop_log.note("daphne.response.a!", 2, reason="Redis is away")
    drop_log.count("http.disconnect")
    assert recorder.counted == [(DROPPED, "daphne.response!", "Redis is away"),
                                (DROPPED, "http.disconnect", "it is full")]
