"""
How daphne's side finds out that the groups are gone.
"""
import pytest
from redis.exceptions import ConnectionError, ResponseError
from twisted.internet.task import Clock

from channels_lts.layers.redis import RedisChannelLayer, scripts
from channels_lts.layers.redis.daphne.heartbeat import Heartbeat

from .sockets import PROCESS, Daphne, Socket


class Client:
    """Answers each command as the test has prepared."""
    is_up = True

    def __init__(self, answers):
        self.answers = answers
        self.sent = []

    def command(self, arguments, answered):
        self.sent.append(arguments[0])
        answered(self.answers[arguments[0]])

    def script(self, script, keys, arguments, answered):
        name = {scripts.register: "register", scripts.beat: "beat"}[script]
        self.sent.append(name)
        answered(self.answers[name])

    def check(self):
        pass


@pytest.fixture
def heartbeat():
    answers = {"register": [b"1000", [b"1 100"]], "beat": [b"1000", b"1003"],
               "ZADD": 1, "SADD": 1, "SET": b"OK"}
    found = Heartbeat(Clock(), RedisChannelLayer(), PROCESS, [Client(answers)],
                      Daphne(one=Socket(), two=Socket()))
    found.answers = answers
    found.connected(0)
    return found


def test_a_mark_that_is_there_means_that_all_is_well(heartbeat):
    heartbeat.reactor.advance(3)
    heartbeat.beat()
    assert heartbeat.confirmed == {0: 1003}
    heartbeat.answers["beat"] = [b"1003", b"1004"]
    heartbeat.connected(0)
    assert heartbeat.confirmed == {0: 1004}
    assert heartbeat.daphne.restarted == []


def test_a_beat_is_one_command(heartbeat):
    heartbeat.clients[0].sent.clear()
    heartbeat.reported_at = heartbeat.reactor.seconds()
    heartbeat.beat()
    assert heartbeat.clients[0].sent == ["ZADD"]


def test_marks_follow_the_clock_of_the_server(heartbeat):
    heartbeat.answers["TIME"] = [b"5000", b"500000"]
    for _ in range(heartbeat.clock_beats + 1):
        heartbeat.beat()
    assert heartbeat.confirmed == {0: 5000.5}
    assert heartbeat.clients[0].sent.count("TIME") == 1


def test_a_mark_that_is_gone_means_that_the_groups_are(heartbeat, log):
    lost = []
    heartbeat.on_lost = lambda: lost.append("requests")
    heartbeat.answers["ZADD"] = 0
    heartbeat.reactor.advance(3)
    heartbeat.beat()
    assert [len(sockets) for sockets in heartbeat.daphne.restarted] == [2] and lost
    assert heartbeat.clients[0].sent.count("register") == 2
    assert "has lost the groups: closing 2 sockets" in log.text


def test_a_registration_that_failed_is_tried_again(heartbeat, log):
    heartbeat.answers["ZADD"] = 0
    heartbeat.answers["register"] = ResponseError("OOM command not allowed")
    heartbeat.reactor.advance(3)
    heartbeat.beat()
    heartbeat.beat()
    assert len(heartbeat.daphne.restarted) == 1 and heartbeat.confirmed == {}
    heartbeat.answers["register"] = [b"2000", [b"1 100"]]
    heartbeat.beat()
    assert heartbeat.confirmed == {0: 2000}
    assert log.count("OOM") == 1


def test_after_a_reconnect_the_mark_is_looked_at_first(heartbeat):
    heartbeat.answers["beat"] = None
    heartbeat.connected(0)
    assert heartbeat.clients[0].sent[-2:] == ["beat", "register"]
    assert len(heartbeat.daphne.restarted) == 1


def test_a_mark_that_lacks_the_last_seconds_costs_the_sockets_that_came_since(heartbeat):
    lost = []
    heartbeat.on_lost = lambda: lost.append("requests")
    old, young = heartbeat.daphne.sockets()
    old.duration, young.duration = lambda: 60, lambda: 12
    heartbeat.answers["beat"] = [b"1000", b"1010"]
    heartbeat.connected(0)
    assert heartbeat.daphne.restarted == lost == []
    heartbeat.answers["beat"] = [b"1007", b"1020"]
    heartbeat.connected(0)
    assert heartbeat.daphne.restarted == [[young]] and lost == ["requests"]


def test_a_mark_out_of_an_old_snapshot_means_that_groups_are_lost(heartbeat):
    heartbeat.answers["beat"] = [b"700", b"1010"]
    heartbeat.connected(0)
    assert len(heartbeat.daphne.restarted) == 1


@pytest.mark.parametrize("answer", ["down", "broken"])
def test_the_end_is_told_to_a_redis_that_comes_back_in_time(heartbeat, answer):
    client = heartbeat.clients[0]
    client.is_up = answer == "broken"
    heartbeat.answers["HSET"] = ConnectionError("gone")
    heartbeat.leave()
    assert heartbeat.leaving == {0}
    client.is_up = True
    heartbeat.answers["HSET"] = 0
    del client.sent[:]
    heartbeat.connected(0)
    assert client.sent == ["HSET"] and not heartbeat.leaving


def test_answers_to_beats_that_were_under_way_close_nobody_twice(heartbeat):
    command = heartbeat.clients[0].command
    held = []
    heartbeat.clients[0].command = lambda *arguments: held.append(arguments)
    heartbeat.answers["ZADD"] = 0
    heartbeat.answers["register"] = [b"1009", [b"1 100"]]
    for _ in range(2):
        heartbeat.reactor.advance(3)
        heartbeat.beat()
    heartbeat.reactor.advance(3)
    for arguments in list(held):
        if arguments[0][0] == "ZADD":
            command(*arguments)
    assert len(heartbeat.daphne.restarted) == 1


def test_a_silent_redis_has_lost_nothing(heartbeat):
    heartbeat.answers["beat"] = heartbeat.answers["ZADD"] = ConnectionError("gone")
    heartbeat.beat()
    heartbeat.connected(0)
    assert heartbeat.daphne.restarted == []


def test_a_daphne_with_a_newer_format_is_told_of(heartbeat, log):
    heartbeat.answers["register"] = [b"1000", [b"1 100", b"gone", b"2 100"]]
    heartbeat.answers["beat"] = None
    heartbeat.connected(0)
    assert "reads bundle format 2, this one knows 1" in log.text
