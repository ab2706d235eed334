"""
Projects written for channels, in an environment with the wheel, which adopt the engine in the steps
of docs/projects.md.
"""
import glob
import os
import re
import shutil

from . import environment
from .project import Project

STOCK, LAYER, COMMANDS, CLASSES = "stock", "layer", "commands", "classes"
# What a step replaces in which files. Each comes on top of those before it.
STEPS = {
    LAYER: ("settings.py", r"asgi_redis(?=\.RedisChannelLayer)", "channels_lts.layers.redis"),
    COMMANDS: ("settings.py", r'(?=^    "channels",$)', '    "channels_lts",\n'),
    CLASSES: ("*/*.py", r"^from channels(?=\.(binding|generic)\.)", "from channels_lts"),
}
MIGRATE = 'call_command("migrate", run_syncdb=True, database="%s", verbosity=0)\n'


class Foreign(Project):
    """`databases`: names of those that it has. Uses stock channels until it takes a step."""

    # Nobody reads from 500 sockets meanwhile, and answers daphne's pings.
    daphne_options = ("--ping-interval", "600")

    def __init__(self, name, folder, redis_url, databases=("default",)):
        self.data = os.path.join(str(folder), "data")
        self.first_data = self.data + "-at-first"
        super().__init__(name, folder, redis_url, python=environment.PYTHON)
        self.databases = databases
        self.steps = [STOCK]

    def environment_of(self, settings, redis_url):
        return dict(super().environment_of(settings, redis_url), PROJECT_DATA=self.data)

    def make(self, code):
        """Its tables, and the rows that `code` adds: those that each step begins with."""
        os.mkdir(self.data)
        migrations = "".join(MIGRATE % database for database in self.databases)
        self.manage("shell", "-c", "from django.core.management import call_command\n%s%s" % (
            migrations, code))
        shutil.copytree(self.data, self.first_data)

    def take(self, step):
        """Changes its files for the step, and those before it, and starts it anew."""
        self.stop_processes()
        for name in list(STEPS)[:list(STEPS).index(step) + 1] if step in STEPS else ():
            if name not in self.steps:
                self.change(*STEPS[name])
                self.steps.append(name)
        assert self.steps[-1] == step, "steps are taken in their order"
        self.environment["PROJECT_STEP"] = step  # what is forked has read the files before
        shutil.rmtree(self.data)
        shutil.copytree(self.first_data, self.data)
        self.redis.flushdb()
        self.start_processes()

    def change(self, files, old, new):
        done = 0
        for path in glob.glob(os.path.join(self.path, files)):
            with open(path) as stream:
                text, times = re.subn(old, new, stream.read(), flags=re.MULTILINE)
            with open(path, "w") as stream:
                stream.write(text)
            done += times
        assert done, "%s has no %s" % (files, old)
