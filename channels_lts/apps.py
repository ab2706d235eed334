from django.apps import AppConfig


class ChannelsLtsConfig(AppConfig):
    name = "channels_lts"
    verbose_name = "Channels LTS"

    def ready(self):
        from . import checks  # noqa: F401 (it registers itself)
