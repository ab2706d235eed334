"""
    python -m channels_lts COMMAND …

Replaces `python -m django` and `django-admin`, which fail while importing Django from CPython 3.10.
"""
from django.core import management

if __name__ == "__main__":
    management.execute_from_command_line()
