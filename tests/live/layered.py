"""
The deployment on the layers that need no Redis.
"""
import shutil
import subprocess
import sys
import uuid

from tests.layers import ipc

from .deployment import ROOT, Deployment, Process


class IPCDeployment(Deployment):
    """On shared memory of its own, which `stop` gives back."""

    def __init__(self, folder, redis_url="redis://nobody/0", **options):
        super().__init__(folder, redis_url, CHANNEL_LAYER="ipc", REDIS_URL="",
                         SECRET_KEY=uuid.uuid4().hex, **options)
        self.site = self.ask("settings.SITE")

    def ask(self, expression):
        code = "from django.conf import settings; print(%s)" % expression
        return subprocess.check_output([sys.executable, "-c", code], cwd=ROOT,
                                       env=self.environment).decode().strip()

    def stop(self):
        super().stop()
        ipc.forget(self.site)
        shutil.rmtree(self.ask("settings.CACHES['default']['LOCATION']"), ignore_errors=True)


class MemoryDeployment(Deployment):
    """One process: `manage.py runserver`, whose threads are daphne and the workers."""

    def __init__(self, folder, redis_url="redis://nobody/0", **options):
        super().__init__(folder, redis_url, CHANNEL_LAYER="memory", REDIS_URL="", workers=0,
                         **options)

    def start_daphne(self):
        self.daphne = Process("runserver", [
            sys.executable, "manage.py", "runserver", "--noreload", "127.0.0.1:%d" % self.port,
        ], self.environment, self.folder)
