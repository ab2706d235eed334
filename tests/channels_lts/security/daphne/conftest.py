import pytest

from .server import Server


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def connection(server):
    return server.connect()
