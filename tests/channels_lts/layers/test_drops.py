import pytest

from channels_lts.layers.drop_log import CountedDropLog, DropLog
from channels_lts.layers.redis.counters import DROPPED, Counters


class Time:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def time():
    return Time()


def test_the_first_drop_is_told_at_once_and_the_next_ones_together(time, log):
    drops = DropLog(time)
    for _ in range(5):
        drops.note("jobs")
    drops.note("other", 7)
    assert log.lines == ["1 message to jobs not taken: it is full",
                         "7 messages to other not taken: it is full"]
    time.now += drops.interval
    drops.tell()
    assert log.lines[2:] == ["4 messages to jobs not taken: it is full"]
    time.now += drops.interval
    drops.tell()
    assert len(log.lines) == 3


def test_at_the_end_of_a_process_all_is_told(time, log):
    drops = DropLog(time)
    for _ in range(5):
        drops.note("jobs")
    drops.tell(is_last=True)
    assert log.lines[1:] == ["4 messages to jobs not taken: it is full"]


def test_channels_with_random_names_are_told_of_together_and_not_remembered(time, log):
    drops = DropLog(time)
    for number in range(100):
        drops.note("answers?%d" % number, reason="Redis is away")
    drops.tell(is_last=True)
    assert log.lines == ["1 message to answers? not taken: Redis is away",
                         "99 messages to answers? not taken: Redis is away"]
    assert len(drops.told_at) == 1


def test_what_was_told_long_ago_is_forgotten(time, log):
    drops = DropLog(time)
    for number in range(100):
        time.now += drops.interval
        drops.note("jobs", reason="error %d" % number)
    assert len(drops.told_at) == 1


def test_what_is_told_is_counted_whatever_the_reason(time, log):
    counters = Counters()
    drops = CountedDropLog(counters, clock=time)
    drops.note("jobs")
    drops.note("jobs", 3, reason="Redis is away")
    assert counters.take() == {("jobs", DROPPED): 4}
