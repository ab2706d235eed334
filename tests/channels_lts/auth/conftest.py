import pytest
from django.test import Client

from tests.support.sockets import Socket

PATHS = ["/echo/", "/updates/", "/users/", "/ws/chat/", "/ws/chat/lobby/", "/primer/visitor/"]


@pytest.fixture
def bob(account):
    return account("bob")


@pytest.fixture
def browser():
    """Makes browsers, logged in as a user if one is given."""
    def make(user=None):
        client = Client()
        if user:
            client.force_login(user)
        return client
    return make


@pytest.fixture
def socket_of():
    """Opens a socket with a browser's cookies."""
    def connect(client, path="/echo/"):
        return Socket(path, session_key=client.session.session_key).connect()
    return connect
