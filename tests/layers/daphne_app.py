"""
What the daphne of the live tests loads: a layer, and no project.
"""
import json
import os

from workshop.layers import RedisChannelLayer

channel_layer = RedisChannelLayer(**json.loads(os.environ["LAYER_CONFIG"]))
