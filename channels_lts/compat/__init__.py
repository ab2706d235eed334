"""
Restores what newer CPythons removed and the pinned packages still need. Import it first:

    import channels_lts.compat  # before Django

It must be the first import of whatever starts a process (manage.py, asgi.py, a script), because
importing Django fails without it. It imports only the standard library, does nothing below 3.10,
and changes no result of a call that this Python still accepts. docs/python.md has the table.
"""
import sys

from . import containers, finders, tls, translations

ADAPTATIONS = (containers, translations, finders, tls)
FIRST_UNKNOWN = (3, 14)

if sys.version_info >= FIRST_UNKNOWN:
    raise SystemExit("channels_lts: CPython %d.%d isn't supported; 3.7 to 3.13 are" % (
        sys.version_info[:2]))
for each in ADAPTATIONS:
    if sys.version_info >= each.SINCE:
        each.restore()
