"""
    python -m channels_lts COMMAND …

As `python -m django` and `django-admin`, which fail in Django's own imports from CPython 3.10 on.
"""
from django.core import management

if __name__ == "__main__":
    management.execute_from_command_line()
