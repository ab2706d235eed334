"""
Long-term support for Django Channels 1.x: what the pinned packages get no fixes for any more.
"""
default_app_config = "channels_lts.apps.ChannelsLtsConfig"
