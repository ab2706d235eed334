import json

import pytest

from tests.layers.conftest import new_redis, new_site  # noqa: F401


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
def new_limited_site(new_site, monkeypatch):  # noqa: F811 (a fixture)
    """Starts a real daphne with the engine's settings: call it with them, and the layer's."""
    def start(layer=(), **limits):
        monkeypatch.setenv("CHANNELS_LTS", json.dumps(limits))
        return new_site(**dict(layer))
    return start
