from channels.signals import worker_ready
from django.apps import AppConfig


class ChannelsLtsConfig(AppConfig):
    name = "channels_lts"
    verbose_name = "Channels LTS"

    def ready(self):
        from . import checks  # noqa: F401 (it registers itself)
        from .auth import receivers
        from .auth.sweeper import Sweeper
        from .presence import route  # noqa: F401 (its check registers itself)
        from .presence.sweeper import sweeper
        receivers.connect()
        worker_ready.connect(sweeper.on_worker_ready)
        # Signals hold their receivers weakly.
        self.sweepers = [Sweeper(model) for model in receivers.session_models()]
        for each in self.sweepers:
            worker_ready.connect(each.start)
