"""
Prepares the database for script/server, in one process because each start of Django takes time.
Prints "debug" or "production". Run it from the checkout.
"""
import os
import sys

sys.path.insert(0, os.getcwd())
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workshop.settings")

import channels_lts.compat  # noqa: E402,F401 (before Django)

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

call_command("migrate", interactive=False, verbosity=0)
if settings.DEBUG:
    call_command("demo")
else:
    call_command("collectstatic", interactive=False, verbosity=0)
print("debug" if settings.DEBUG else "production")
