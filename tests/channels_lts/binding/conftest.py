import logging

import pytest

from . import bindings  # noqa: F401 (they register themselves)

STREAMS = {"kinds", "letters", "memos", "notes", "parcels", "pages", "samples", "topics"}


@pytest.fixture(autouse=True)
def documented(channel_layer):
    """The streams of the test models aren't in docs/protocol.md."""
    channel_layer.channel_layer.capacity = 1000  # frames; send_group drops what is above
    yield
    frames = channel_layer.channel_layer.frames
    frames[:] = [frame for frame in frames if frame.get("stream") not in STREAMS]


@pytest.fixture
def log(caplog, monkeypatch):
    """What the bindings log; settings.LOGGING keeps it from the root logger."""
    monkeypatch.setattr(logging.getLogger("channels_lts"), "propagate", True)
    return caplog
