"""
What the daphne of the live tests loads: a layer, and only the engine's settings of a project.
"""
import channels_lts.compat  # noqa: F401 (before Django)

import json
import os
from importlib import import_module

from django.conf import settings

from channels_lts.security.daphne import guard

settings.configure(CHANNELS_LTS=json.loads(os.environ["CHANNELS_LTS"]))
module, name = os.environ["LAYER_CLASS"].rsplit(".", 1)
channel_layer = getattr(import_module(module), name)(**json.loads(os.environ["LAYER_CONFIG"]))
guard.install()
