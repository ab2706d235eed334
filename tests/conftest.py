import gc
import os
import shutil

import hypothesis
import pytest
from asgiref.inmemory import ChannelLayer
from channels import DEFAULT_CHANNEL_LAYER
from channels.asgi import ChannelLayerWrapper, channel_layers
from channels.signals import worker_ready
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.utils import translation

from channels_lts import ratelimit
from channels_lts.presence import diffs
from channels_lts.presence.route import CHANNEL
from channels_lts.presence.stores import store
from channels_lts.presence.sweeper import sweeper
from tests.support import scheduling
from tests.support.durations import Durations
from tests.support.examples import SUPPRESSED, examples
from tests.support.protocol import content_of, undocumented
from tests.support.sockets import Socket

from .live.deployment import Deployment, running

pytest_xdist_make_scheduler = scheduling.pytest_xdist_make_scheduler
REQUIRED = os.environ.get("WORKSHOP_REQUIRE") == "1"  # set by CI: there, nothing may be skipped


# A machine that is busy for a moment is no failure.
hypothesis.settings.register_profile(
    "patient", deadline=None, max_examples=examples(100), suppress_health_check=SUPPRESSED)
hypothesis.settings.load_profile("patient")


def pytest_configure(config):
    config.pluginmanager.register(Durations())


def pytest_collection_finish():
    """What is loaded by now stays: each full collection would scan hundreds of thousands of it."""
    gc.collect()
    gc.freeze()


def need(found, reason):
    """Skips the test where a part of the real thing is missing; in CI that is a failure."""
    if found:
        return
    if REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def redis_url():
    url = os.environ.get("TEST_REDIS_URL")
    need(url, "TEST_REDIS_URL isn't set: script/test starts a Redis of its own")
    return url


@pytest.fixture(scope="session")
def chromium():
    """The paths of the browser and its driver."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    driver = shutil.which("chromedriver")
    need(browser, "Chromium isn't installed")
    need(driver, "chromedriver isn't installed")
    return browser, driver


class RecordingLayer(ChannelLayer):
    """The in-memory layer, which remembers the frames that went out to sockets."""

    def __init__(self):
        super().__init__()
        self.frames = []

    def send(self, channel, message):
        super().send(channel, message)
        if "text" in message and "reply_channel" not in message:
            self.frames.append(content_of(message["text"]))


@pytest.fixture(autouse=True)
def no_sweeper():
    """
    Tests sweep themselves; a thread that a worker in some test starts would do it for them. Where
    a test sets INSTALLED_APPS, the apps connect their receivers again.
    """
    worker_ready.disconnect(sweeper.on_worker_ready)
    for sessions in apps.get_app_config("channels_lts").sweepers:
        worker_ready.disconnect(sessions.start)


@pytest.fixture(autouse=True)
def channel_layer():
    """A fresh in-memory layer for each test, with the site's routing."""
    routing = channel_layers[DEFAULT_CHANNEL_LAYER].routing
    recording = RecordingLayer()
    layer = ChannelLayerWrapper(recording, DEFAULT_CHANNEL_LAYER, routing)
    before = channel_layers.set(DEFAULT_CHANNEL_LAYER, layer)
    cache.clear()
    ratelimit.used_up.until.clear()
    yield layer
    channel_layers.set(DEFAULT_CHANNEL_LAYER, before)
    assert undocumented(recording.frames) == [], "frames that docs/protocol.md doesn't know"


@pytest.fixture(autouse=True)
def no_language():
    """A request leaves its language to the thread."""
    yield
    translation.deactivate()


@pytest.fixture
def clock(channel_layer):
    """The time of presence; calling it lets seconds pass, with a sweep at the end."""
    class Clock:
        now = 1000.0

        def __call__(self, seconds):
            self.now += seconds
            diffs.sweep()
            Socket("").consume(CHANNEL, fail_on_none=False)
    clock = Clock()
    store().clock = lambda: clock.now
    return clock


@pytest.fixture
def open_socket(client):
    """Opens a socket at a path, with the session of the test client."""
    def connect(path, **kwargs):
        kwargs.setdefault("session_key", client.session.session_key)
        return Socket(path, **kwargs).connect()
    return connect


@pytest.fixture
def account(db):
    def make(name, **flags):
        return get_user_model().objects.create_user(name, "%s@example.com" % name, name, **flags)
    return make


@pytest.fixture
def alice(account):
    return account("alice")


@pytest.fixture
def admin(account):
    return account("admin", is_staff=True, is_superuser=True)


@pytest.fixture(scope="session")
def deployment(tmp_path_factory, redis_url):
    """One deployment for all browser tests, on SQLite as script/server starts it."""
    with running(Deployment(tmp_path_factory.mktemp("browser"), redis_url)) as deployment:
        yield deployment
