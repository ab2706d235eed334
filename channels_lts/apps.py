from channels.signals import worker_ready
from django.apps import AppConfig


class ChannelsLtsConfig(AppConfig):
    name = "channels_lts"
    verbose_name = "Channels LTS"

    def ready(self):
        from . import checks  # noqa: F401 (it registers itself)
        from .auth import receivers
        from .auth.sweeper import Sweeper
        from .presence.sweeper import ticker
        receivers.connect()
        worker_ready.connect(ticker.start)
        # Signals hold their receivers weakly.
        self.sweepers = [Sweeper(model) for model in receivers.session_models()]
        for sweeper in self.sweepers:
            worker_ready.connect(sweeper.start)
