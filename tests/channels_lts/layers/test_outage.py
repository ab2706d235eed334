import pytest
from redis.exceptions import ConnectionError

from channels_lts.redis.backoff import backoff
from channels_lts.redis.errors import is_unavailable
from channels_lts.worker.outage import WorkerOutage


def test_pauses_grow_to_their_longest_and_no_further():
    for attempt in range(100):
        expected = min(0.4, 0.05 * 2 ** attempt)
        assert expected / 2 <= backoff(attempt) <= expected


class NeverSet:
    """A stop event that nobody sets, and for which nobody has to wait."""

    def __init__(self):
        self.seconds = 0

    def wait(self, seconds):
        self.seconds += seconds


def test_a_worker_asks_within_2_seconds_of_the_return_of_redis():
    """After its own wait, and that of the thread which asks whether the server is back."""
    stop_event = NeverSet()
    outage = WorkerOutage("nowhere", stop_event)
    longest = 0
    for attempt in range(300):
        stop_event.seconds = 0
        outage.wait(ConnectionError("refused"))
        longest = max(longest, stop_event.seconds + backoff(attempt))
    assert 0 < longest <= 2


@pytest.mark.parametrize("error", [
    "LOADING Redis is loading the dataset in memory",
    "READONLY You can't write against a read only replica.",
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    "NOREPLICAS Not enough good replicas to write.",
    "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)",
    "ERR Error running script (call to f_0): @user_script:1: @user_script: 1: "
    "-READONLY You can't write against a read only replica.",
])
def test_a_server_that_can_not_be_written_to_now_is_unavailable(error):
    assert is_unavailable(error)


@pytest.mark.parametrize("error", [
    "OOM command not allowed when used memory > 'maxmemory'.", "NOSCRIPT No matching script.",
    "ERR wrong number of arguments", "WRONGTYPE READONLY",
])
def test_other_errors_are_about_the_command(error):
    assert not is_unavailable(error)
