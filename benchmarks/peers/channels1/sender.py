"""
Acts as a worker with warm connections: sends to groups and reports how long that blocked it.
"""
import benchmarks.compat  # noqa: F401 (before Django)

import os
import time

import django

from benchmarks import jsonlines

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from channels import Group  # noqa: E402 isort:skip
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402 isort:skip
from django.core.management import call_command  # noqa: E402 isort:skip


def send(groups, text):
    return send_each(groups, {"text": text})


def answer(groups, text):
    """To requests that wait in them."""
    return send_each(groups, {"status": 200, "content": text.encode("ascii"), "headers": [
        (b"Content-Length", b"%d" % len(text))]})


def send_each(groups, message):
    begun = time.monotonic()
    for group in groups:
        Group(group).send(message, immediately=True)
    return {"begun": begun, "blocked": time.monotonic() - begun}


def session():
    call_command("migrate", verbosity=0)
    store = SessionStore()
    store["visitor"] = "somebody"
    store.create()
    return {"cookie": "sessionid=%s" % store.session_key}


jsonlines.serve({"send": send, "answer": answer, "session": session})
