import time

import pytest

from ...layers.conftest import new_redis, new_site  # noqa: F401
from .server import Server


@pytest.fixture
def server():
    return Server()


@pytest.fixture
def connection(server):
    return server.connect()


@pytest.fixture
def pass_time(monkeypatch):
    """Calling it advances the clocks that time daphne's connections by this many seconds."""
    def pass_by(seconds):
        for name in ("time", "monotonic"):
            monkeypatch.setattr(time, name, lambda now=getattr(time, name): now() + seconds)
    return pass_by


@pytest.fixture(scope="module")
def django_settings():
    """Settings for the examples of a test with @given, put back when the module is through."""
    from django.conf import settings
    before = getattr(settings, "CHANNELS_LTS", None)
    yield settings
    if before is None:
        del settings.CHANNELS_LTS
    else:
        settings.CHANNELS_LTS = before


@pytest.fixture
def new_limited_site(new_site):  # noqa: F811 (a fixture)
    """Starts a real daphne with the engine's settings: call it with them, and the layer's."""
    def start(layer=(), **limits):
        return new_site(engine=limits, **dict(layer))
    return start
