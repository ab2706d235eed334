"""
Sends to groups over warm connections and reports how long its coroutine had to wait.
"""
import asyncio
import os
import time

import django

from benchmarks import jsonlines

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from channels.layers import get_channel_layer  # noqa: E402 isort:skip
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402 isort:skip
from django.core.management import call_command  # noqa: E402 isort:skip

loop = asyncio.new_event_loop()
channel_layer = get_channel_layer()


async def send_all(groups, text):
    begun = time.monotonic()
    for group in groups:
        await channel_layer.group_send(group, {"type": "group.text", "text": text})
    return {"begun": begun, "blocked": time.monotonic() - begun}


def send(groups, text):
    return loop.run_until_complete(send_all(groups, text))


def session():
    call_command("migrate", verbosity=0)
    store = SessionStore()
    store["visitor"] = "somebody"
    store.create()
    return {"cookie": "sessionid=%s" % store.session_key}


jsonlines.serve({"send": send, "session": session})
