"""
What the commands say where triggers are impossible.
"""
import pytest
from django.core.management import CommandError, call_command
from django.db import connection


@pytest.mark.skipif("connection.vendor == 'postgresql'", reason="it has them")
@pytest.mark.parametrize("arguments", [
    ["bindings", "install"], ["bindings", "uninstall"], ["bindings", "status"], ["runlistener"]])
@pytest.mark.django_db
def test_another_database_is_refused_in_one_line(arguments):
    with pytest.raises(CommandError, match="PostgreSQL") as refusal:
        call_command(*arguments)
    assert connection.vendor in str(refusal.value) and "\n" not in str(refusal.value)
