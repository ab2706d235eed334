"""
Users who are logged in, made without a form for each of them.
"""
import json

from .deployment import Browser

SCRIPT = """
import json
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
keys = {}
for name in %r:
    user, _ = get_user_model().objects.get_or_create(username=name)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    keys[name] = session.session_key
print(json.dumps(keys))
"""


def browsers(deployment, names):
    """{name: a Browser that is logged in as a user of that name}"""
    output = deployment.manage("shell", "-c", SCRIPT % list(names))
    found = {}
    for name, key in json.loads(output.strip().splitlines()[-1]).items():
        found[name] = Browser(deployment)
        found[name].session.cookies.set("sessionid", key)
    return found


def open_rooms(deployment, names):
    deployment.manage("shell", "-c", "from chat.models import Room\n"
                      "for name in %r: Room.objects.get_or_create("
                      "key=name.lower(), defaults={'name': name})" % list(names))
