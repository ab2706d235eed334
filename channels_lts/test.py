"""
Counterpart of channels.test, for tests of what is sent after a commit.

A TestCase runs each test in a transaction that is never committed. For these clients, anything done
in no other transaction than the test's own counts as committed when they receive, join a group or
have something consumed.
"""
from channels import test
from channels.test import (
    ChannelLiveServerTestCase,
    ChannelTestCase,
    TransactionChannelTestCase,
    apply_routes,
)
from django.db import connections

__all__ = ["ChannelLiveServerTestCase", "ChannelTestCase", "Client", "HttpClient",
           "TransactionChannelTestCase", "WSClient", "apply_routes", "commit"]


# A TestCase's transactions: the class's, and in it the test's savepoint.
TEST_SAVEPOINTS = 1


def commit():
    """Runs the on-commit functions that wait only for the end of the test's own transaction."""
    for connection in connections.all():
        if len(connection.savepoint_ids) != TEST_SAVEPOINTS:
            continue
        functions, connection.run_on_commit = connection.run_on_commit, []
        for _savepoints, function in functions:
            function()


class Client(test.Client):
    def get_next_message(self, channel):
        commit()
        return super().get_next_message(channel)

    def join_group(self, group_name):
        commit()
        super().join_group(group_name)


class WSClient(Client, test.WSClient):
    """channels' WSClient."""


class HttpClient(WSClient, test.HttpClient):
    """channels' HttpClient."""
