"""
The deployment on the layers that need no Redis.
"""
import shutil
import sys
import uuid

from channels_lts.layers.ipc import IPCChannelLayer

from ..channels_lts.layers import ipc
from .deployment import Deployment


class IPCDeployment(Deployment):
    """On its own shared memory, which `stop` releases."""

    def __init__(self, folder, redis_url="redis://nobody/0", **options):
        key = uuid.uuid4().hex
        super().__init__(folder, redis_url, CHANNEL_LAYER="ipc", REDIS_URL="", SECRET_KEY=key,
                         **options)
        self.site = ipc.site_of(key)

    def layer(self, **options):
        """The site's layer, for the test's own process."""
        return IPCChannelLayer(prefix=self.site, **options)

    def stop(self):
        super().stop()
        ipc.forget(self.site)
        shutil.rmtree("/tmp/%s-cache" % self.site, ignore_errors=True)


class MemoryDeployment(Deployment):
    """One process: `manage.py runserver`, whose threads are daphne and the workers."""

    def __init__(self, folder, redis_url="redis://nobody/0", **options):
        super().__init__(folder, redis_url, CHANNEL_LAYER="memory", REDIS_URL="", workers=0,
                         **options)

    def start_daphne(self):
        self.daphne = self.process_class("runserver", [
            sys.executable, "manage.py", "runserver", "--noreload", "127.0.0.1:%d" % self.port,
        ], self.environment, self.folder)
