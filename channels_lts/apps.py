from channels.signals import worker_process_ready, worker_ready
from django.apps import AppConfig
from django.db.backends.signals import connection_created


class ChannelsLtsConfig(AppConfig):
    name = "channels_lts"
    verbose_name = "Channels LTS"

    def ready(self):
        from . import checks  # noqa: F401 (they register themselves)
        from .auth import receivers
        from .auth.sweeper import Sweeper
        from .binding import model_checks  # noqa: F401
        from .binding.triggers import session
        from .outages import receivers as outages
        from .postgresql.watch import watch
        from .presence import route  # noqa: F401 (its check registers itself)
        from .presence.sweeper import sweeper
        receivers.connect()
        outages.connect()
        connection_created.connect(session.mark)
        worker_process_ready.connect(checks.warn_of_unsuitable_redis)
        worker_process_ready.connect(checks.warn_of_slow_packing)
        worker_ready.connect(watch.start)
        worker_ready.connect(sweeper.on_worker_ready)
        # Signals hold their receivers weakly.
        self.sweepers = [Sweeper(model) for model in receivers.session_models()]
        for each in self.sweepers:
            worker_ready.connect(each.start)
