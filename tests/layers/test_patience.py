import pytest

from workshop.layers.patience import is_useless


@pytest.mark.parametrize("error", [
    "LOADING Redis is loading the dataset in memory",
    "READONLY You can't write against a read only replica.",
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    "UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)",
    "ERR Error running script (call to f_0): @user_script:1: @user_script: 1: "
    "-READONLY You can't write against a read only replica.",
])
def test_a_server_that_can_not_be_written_to_now_is_useless(error):
    assert is_useless(error)


@pytest.mark.parametrize("error", [
    "OOM command not allowed when used memory > 'maxmemory'.", "NOSCRIPT No matching script.",
    "ERR wrong number of arguments", "WRONGTYPE READONLY",
])
def test_other_errors_are_about_the_command(error):
    assert not is_useless(error)
