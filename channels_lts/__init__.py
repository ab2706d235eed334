"""
Long-term support for Django Channels 1.x: what its pinned packages no longer get fixes for.
"""
from . import compat  # noqa: F401 (the other parts import Django)

__version__ = "0.1.0"

default_app_config = "channels_lts.apps.ChannelsLtsConfig"
