import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402 isort:skip
from channels.sessions import SessionMiddlewareStack  # noqa: E402 isort:skip
from django.urls import re_path  # noqa: E402 isort:skip
from consumers import GroupConsumer, SessionConsumer  # noqa: E402 isort:skip

application = ProtocolTypeRouter({
    "http": django_application,
    "websocket": URLRouter([
        re_path(r"^group/(?P<group>\w+)/$", GroupConsumer.as_asgi()),
        re_path(r"^session/(?P<group>\w+)/$", SessionMiddlewareStack(SessionConsumer.as_asgi())),
    ]),
})
