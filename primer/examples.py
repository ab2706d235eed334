"""
The examples, in page order. Their texts are in docs/primer.md, their code in the files.
"""
from collections import namedtuple

from django.utils.translation import ugettext_lazy as _

# `files`: what the page shows besides its list in primer/routing.py.
Example = namedtuple("Example", "key title kind path files")

SOCKET, REQUEST = "websocket", "http"

EXAMPLES = [
    Example("echo", _("Three functions and a group"), SOCKET, "/echo/",
            ["primer/consumers/echo.py"]),
    Example("class", _("A class"), SOCKET, "/primer/class/",
            ["primer/consumers/own.py"]),
    Example("streams", _("Several streams on one socket"), SOCKET, "/primer/streams/",
            ["primer/demultiplexers.py"]),
    Example("binding", _("A model, both ways"), SOCKET, "/primer/values/",
            ["primer/bindings.py", "primer/models.py"]),
    Example("visitor", _("Session and user on a socket"), SOCKET, "/primer/visitor/",
            ["primer/consumers/visitor.py"]),
    Example("ordered", _("Frames in order"), SOCKET, "/primer/ordered/",
            ["primer/consumers/ordered.py"]),
    Example("poll", _("HTTP long polling"), REQUEST, "/primer/poll/",
            ["primer/consumers/poll.py"]),
    Example("raw", _("HTTP without a view"), REQUEST, "/primer/raw/",
            ["primer/consumers/raw.py"]),
    Example("background", _("Work in the background"), SOCKET, "/primer/work/",
            ["primer/consumers/background.py"]),
    Example("later", _("A message for later"), SOCKET, "/primer/later/",
            ["primer/consumers/later.py"]),
    Example("news", _("Events from outside the browser"), SOCKET, "/primer/news/",
            ["primer/consumers/news.py", "primer/news.py",
             "primer/management/commands/tell.py"]),
]
