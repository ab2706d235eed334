import pytest

from .deployment import Browser
from .sockets import LiveSocket


@pytest.fixture
def visitor(deployment):
    """Makes HTTP clients, each with cookies of its own."""
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
