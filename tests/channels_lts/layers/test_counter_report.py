"""
Counts on their way to Redis, when something goes wrong on it.
"""
import pytest
from redis.exceptions import ConnectionError, ResponseError, TimeoutError

from channels_lts.layers.redis import RedisChannelLayer, keys, scripts
from channels_lts.layers.redis.counter_report import Report
from channels_lts.layers.redis.counters import DROPPED, SENT
from channels_lts.layers.redis.daphne.counter_flush import CounterFlush
from tests.support.waiting import wait_for

COUNTS = {("jobs", SENT): 3, ("jobs", DROPPED): 1, ("http.request", SENT): 2}
LOADING = "LOADING Redis is loading the dataset in memory"


class Connection:
    """Answers, or disconnects, as the test says."""

    def __init__(self, connecting=None, answer=None):
        self.connecting = connecting
        self.answer = answer
        self.is_open = None

    def connect(self):
        self.is_open = True
        if self.connecting:
            raise self.connecting

    def send_command(self, *command):
        self.command = command

    def read_response(self):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def disconnect(self):
        self.is_open = False


@pytest.mark.parametrize("problem, left", [
    (dict(connecting=ConnectionError("refused")), COUNTS),
    (dict(connecting=TimeoutError("silent")), COUNTS),
    (dict(answer=ResponseError("NOAUTH Authentication required.")), COUNTS),
    (dict(answer=ConnectionError(LOADING)), COUNTS),
    # Redis may have them: rather too few are counted than twice.
    (dict(answer=ConnectionError("Connection closed by server.")), {}),
    (dict(answer=TimeoutError("silent")), {}),
])
def test_what_can_not_have_arrived_is_left_to_be_reported_again(problem, left):
    report, connection = Report(RedisChannelLayer(), COUNTS), Connection(**problem)
    with pytest.raises((ConnectionError, ResponseError, TimeoutError)):
        report.send(connection)
    assert report.left == left
    assert connection.is_open is False


def test_what_redis_could_not_add_is_left():
    report = Report(RedisChannelLayer(), COUNTS)
    report.send(Connection(answer=[2]))
    assert report.left == {("jobs", DROPPED): 1}


def test_a_counter_that_is_broken_spoils_no_other(layer):
    broken = "%sjobs:%s" % (layer.stats_prefix, DROPPED)
    layer.connection(0).set(broken, "not a number")
    for (channel, name), amount in COUNTS.items():
        (layer.counters.sent if name == SENT else layer.counters.dropped)(channel, amount)
    for _ in range(3):
        layer.report_statistics()
    assert layer.counters.take() == {("jobs", DROPPED): 1}
    layer.connection(0).delete(broken)
    assert layer.channel_statistics("jobs")[SENT] == 3
    assert layer.channel_statistics("http.request")[SENT] == 2
    assert layer.global_statistics() == {SENT: 5, DROPPED: 0}


def test_what_finds_no_memory_is_reported_when_there_is_some(new_redis, log):
    server = new_redis("--save", "")
    layer = RedisChannelLayer(hosts=[server.url])
    layer.counters.sent("jobs")
    server.client.config_set("maxmemory", 1)
    layer.report_statistics()
    server.client.config_set("maxmemory", 0)
    assert RedisChannelLayer(hosts=[server.url]).channel_statistics("jobs")[SENT] == 0
    layer.report_statistics()
    assert RedisChannelLayer(hosts=[server.url]).channel_statistics("jobs")[SENT] == 1


class Client:
    is_up = True

    def __init__(self):
        self.sent = []

    def take_count(self):
        return 7

    def script(self, script, keys, arguments, answered):
        assert script is scripts.report
        self.sent.append((arguments, answered))


@pytest.fixture
def counter_flush():
    counter_flush = CounterFlush(RedisChannelLayer(), [Client()])
    counter_flush.layer.counters.sent("jobs")
    return counter_flush


def test_an_idle_daphne_reports_its_commands_now_and_then_only(counter_flush):
    client = counter_flush.clients[0]
    for _ in range(2 * CounterFlush.command_beats):
        counter_flush.report()
        client.sent[-1][1]([])  # answers the last one
    jobs, first, second = [arguments[-3:] for arguments, _ in client.sent]
    assert jobs == ("jobs", SENT, 1)
    assert first == second == (keys.METRICS, '["daphne_redis_commands"]', 7)


def test_daphne_has_one_report_on_its_way(counter_flush):
    client = counter_flush.clients[0]
    counter_flush.report()
    counter_flush.layer.counters.sent("jobs", 2)
    counter_flush.report()
    (arguments, answered), = client.sent
    assert arguments[-3:] == ("jobs", SENT, 1)
    answered([])
    counter_flush.report()
    assert client.sent[1][0][-3:] == ("jobs", SENT, 2)


@pytest.mark.parametrize("answer, left", [
    ([], {}),
    ([1], {("jobs", SENT): 1}),
    (ResponseError("OOM command not allowed when used memory > 'maxmemory'."), {("jobs", SENT): 1}),
    (ConnectionError(LOADING), {("jobs", SENT): 1}),
    (ConnectionError("Connection was closed."), {}),
])
def test_daphne_keeps_what_was_not_added(counter_flush, answer, left):
    counter_flush.report()
    (_, answered), = counter_flush.clients[0].sent
    answered(answer)
    assert counter_flush.layer.counters.take() == left


def test_daphne_reports_nothing_over_a_link_that_is_down(counter_flush):
    counter_flush.clients[0].is_up = False
    counter_flush.report()
    assert counter_flush.clients[0].sent == []
    assert counter_flush.layer.counters.take() == {("jobs", SENT): 1}


def test_a_daphne_whose_redis_hangs_loses_one_report_at_most(new_redis, reactor, log):
    server, process = new_redis("--save", ""), "daphne.response.here!"
    layer = RedisChannelLayer(hosts=[server.url])
    reactor.call(lambda: [layer.receive_twisted([process])])
    interface = layer.interfaces[process]
    wait_for(lambda: interface.clients[0].is_up, what="a client")
    server.hang()
    for _ in range(5):
        layer.counters.sent("jobs")
        reactor.call(interface.counter_flush.report)
    server.go_on()
    other = RedisChannelLayer(hosts=[server.url])
    wait_for(lambda: not interface.counter_flush.under_way, what="an answer")
    reactor.call(interface.counter_flush.report)
    wait_for(lambda: other.channel_statistics("jobs")[SENT] == 5, what="all of it")
    reactor.call(interface.stop)
