"""
How daphne's side finds out that the groups are gone.
"""
import pytest
from twisted.internet.task import Clock

from channels_lts.layers.redis import RedisChannelLayer, scripts
from channels_lts.layers.redis.daphne.heartbeat import Watch
from channels_lts.layers.redis.daphne.resp import Away, RedisError

from .sockets import PROCESS, Daphne, Socket


class Link:
    """Answers each command with what the test has laid out for it."""
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
def watch():
    answers = {"register": [b"1000", [b"1 100"]], "beat": [b"1000", b"1003"],
               "ZADD": 1, "SADD": 1, "SET": b"OK"}
    lost = []
    found = Watch(Clock(), RedisChannelLayer(), PROCESS, [Link(answers)],
                  Daphne(one=Socket(), two=Socket()), lost.append)
    found.answers, found.lost = answers, lost
    found.link_is_up(0)
    return found


def test_a_mark_that_is_there_means_that_all_is_well(watch):
    watch.reactor.advance(3)
    watch.beat()
    assert watch.confirmed == {0: 1003}
    watch.answers["beat"] = [b"1003", b"1004"]
    watch.link_is_up(0)
    assert watch.confirmed == {0: 1004}
    assert watch.lost == []


def test_a_beat_is_one_command(watch):
    watch.links[0].sent.clear()
    watch.reported_at = watch.reactor.seconds()
    watch.beat()
    assert watch.links[0].sent == ["ZADD"]


def test_marks_follow_the_clock_of_the_server(watch):
    watch.answers["TIME"] = [b"5000", b"500000"]
    for _ in range(watch.clock_beats + 1):
        watch.beat()
    assert watch.confirmed == {0: 5000.5}
    assert watch.links[0].sent.count("TIME") == 1


def test_a_mark_that_is_gone_means_that_the_groups_are(watch, log):
    watch.answers["ZADD"] = 0
    watch.reactor.advance(3)
    watch.beat()
    assert [len(sockets) for sockets in watch.lost] == [2]
    assert watch.links[0].sent.count("register") == 2
    assert "has lost the groups: closing 2 sockets" in log.text


def test_a_registration_that_failed_is_tried_again(watch, log):
    watch.answers["ZADD"] = 0
    watch.answers["register"] = RedisError("OOM command not allowed")
    watch.reactor.advance(3)
    watch.beat()
    watch.beat()
    assert len(watch.lost) == 1 and watch.confirmed == {}
    watch.answers["register"] = [b"2000", [b"1 100"]]
    watch.beat()
    assert watch.confirmed == {0: 2000}
    assert log.count("OOM") == 1


def test_after_a_reconnect_the_mark_is_looked_at_first(watch):
    watch.answers["beat"] = None
    watch.link_is_up(0)
    assert watch.links[0].sent[-2:] == ["beat", "register"]
    assert len(watch.lost) == 1


def test_a_mark_that_lacks_the_last_second_may_stay(watch):
    watch.answers["beat"] = [b"997", b"1010"]
    watch.link_is_up(0)
    assert watch.lost == []


def test_a_mark_out_of_an_old_snapshot_means_that_groups_are_lost(watch):
    watch.answers["beat"] = [b"700", b"1010"]
    watch.link_is_up(0)
    assert len(watch.lost) == 1


@pytest.mark.parametrize("answer", ["down", "broken"])
def test_the_end_is_told_to_a_redis_that_comes_back_in_time(watch, answer):
    link = watch.links[0]
    link.is_up = answer == "broken"
    watch.answers["HSET"] = Away("gone")
    watch.leave()
    assert watch.leaving == {0}
    link.is_up = True
    watch.answers["HSET"] = 0
    del link.sent[:]
    watch.link_is_up(0)
    assert link.sent == ["HSET"] and not watch.leaving


def test_answers_to_beats_that_were_under_way_close_nobody_twice(watch):
    command = watch.links[0].command
    held = []
    watch.links[0].command = lambda *arguments: held.append(arguments)
    watch.answers["ZADD"] = 0
    watch.answers["register"] = [b"1009", [b"1 100"]]
    for _ in range(2):
        watch.reactor.advance(3)
        watch.beat()
    watch.reactor.advance(3)
    for arguments in list(held):
        if arguments[0][0] == "ZADD":
            command(*arguments)
    assert len(watch.lost) == 1


def test_a_silent_redis_has_lost_nothing(watch):
    watch.answers["beat"] = watch.answers["ZADD"] = Away("gone")
    watch.beat()
    watch.link_is_up(0)
    assert watch.lost == []


def test_a_daphne_with_a_newer_format_is_told_of(watch, log):
    watch.answers["register"] = [b"1000", [b"1 100", b"gone", b"2 100"]]
    watch.answers["beat"] = None
    watch.link_is_up(0)
    assert "reads bundle format 2, this one knows 1" in log.text
