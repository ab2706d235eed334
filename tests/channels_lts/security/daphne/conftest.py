import pytest

from tests.layers.conftest import new_redis  # noqa: F401 (a fixture)

from .server import Server


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def connection(server):
    return server.connect()
