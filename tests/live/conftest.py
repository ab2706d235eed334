import os

import pytest

from tests.conftest import need

from .deployment import Browser, Deployment, running
from .sockets import LiveSocket


@pytest.fixture(scope="session")
def postgres_url():
    url = os.environ.get("TEST_LIVE_DATABASE_URL")
    need(url, "TEST_LIVE_DATABASE_URL isn't set: script/test starts one where it can")
    return url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def deployment(request, tmp_path_factory, redis_url):
    """One deployment on each database, for all live tests that leave it as it was."""
    database_url = None
    if request.param == "postgresql":
        database_url = request.getfixturevalue("postgres_url")
    folder = tmp_path_factory.mktemp("live")
    with running(Deployment(folder, redis_url, database_url)) as deployment:
        yield deployment


@pytest.fixture
def visitor(deployment):
    """Creates HTTP clients, each with its own cookies."""
    return lambda: Browser(deployment)


@pytest.fixture
def live_socket(deployment):
    """Opens sockets that are closed after the test."""
    opened = []

    def connect(path, browser=None):
        opened.append(LiveSocket(deployment, path, browser))
        return opened[-1]
    yield connect
    for socket in opened:
        socket.close()


@pytest.fixture
def admin(visitor):
    """An HTTP client that is logged in as the demo superuser."""
    browser = visitor()
    browser.log_in("admin")
    return browser
