"""
Creates the database with an account, and reports its session cookie.
"""
import benchmarks.compat  # noqa: F401 (before Django)

import os

import django

from benchmarks import jsonlines

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from django.contrib.auth import (  # noqa: E402 isort:skip
    BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model)
from django.conf import settings  # noqa: E402 isort:skip
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402 isort:skip
from django.core.management import call_command  # noqa: E402 isort:skip


def session():
    call_command("migrate", verbosity=0)
    user = get_user_model().objects.create_user("alice", password="wonderland")
    store = SessionStore()
    store[SESSION_KEY] = user._meta.pk.value_to_string(user)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return {"cookie": "sessionid=%s" % store.session_key}


jsonlines.serve({"session": session})
