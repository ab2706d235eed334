import pytest

from channels_lts.layers.redis.daphne.heartbeat import Heartbeat
from channels_lts.layers.redis.outage import backoff
from channels_lts.redis.errors import is_unavailable
from channels_lts.worker.outage import Outage


def test_pauses_grow_to_their_longest_and_no_further():
    for attempt in range(100):
        expected = min(0.4, 0.05 * 2 ** attempt)
        assert expected / 2 <= backoff(attempt) <= expected


def test_what_the_document_promises_follows_from_the_settings():
    # Groups that are lost are noticed with the next beat: within 5 seconds, with 2 for the answer.
    assert Heartbeat.beat_seconds <= 3
    # Within 2 seconds of Redis's return daphne is connected again (Twisted may tell of a refusal
    # 0.3 seconds late), and a worker asks it: after its own pause and that of the circuit_breaker.
    longest = backoff.__defaults__[-1]
    assert longest + 0.3 <= 2 and 2 * longest <= 2 and Outage.longest <= 2


@pytest.mark.parametrize("error", [
    "LOADING Redis is loading the dataset in memory",
    "READONLY You can't write against a read only replica.",
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
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
