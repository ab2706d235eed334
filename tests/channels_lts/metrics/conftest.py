import pytest
from channels import DEFAULT_CHANNEL_LAYER, channel_layers
from channels.asgi import ChannelLayerWrapper

from tests.channels_lts.layers.conftest import clean, new_layer  # noqa: F401


@pytest.fixture
def layer(new_layer):  # noqa: F811
    """A layer in Redis, which is the site's meanwhile."""
    layer = new_layer(capacity=2)
    routing = channel_layers[DEFAULT_CHANNEL_LAYER].routing
    before = channel_layers.set(
        DEFAULT_CHANNEL_LAYER, ChannelLayerWrapper(layer, DEFAULT_CHANNEL_LAYER, routing))
    yield layer
    channel_layers.set(DEFAULT_CHANNEL_LAYER, before)
