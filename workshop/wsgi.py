"""
For servers and tools that only know WSGI. Sockets need daphne and workshop.asgi.
"""
import channels_lts.compat  # noqa: F401 (before Django)

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workshop.settings")

application = get_wsgi_application()
