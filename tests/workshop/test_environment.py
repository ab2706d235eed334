"""
Settings, started as a process would start them: a bad value ends the start with one line.
"""
import os
import subprocess
import sys

import pytest

GOOD = {"DEBUG": "0", "SECRET_KEY": "only for tests", "ALLOWED_HOSTS": "example.org"}


def start(**environment):
    variables = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "workshop.settings"}
    # Empty ones too, or a .env in the checkout would fill them in.
    for name in ("REDIS_URL", "REDIS_SENTINELS", "CHANNEL_LAYER", "DATABASE_URL"):
        variables[name] = ""
    variables.update(GOOD, **environment)
    return subprocess.run(
        [sys.executable, "manage.py", "check"], env=variables, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, universal_newlines=True, timeout=60)


@pytest.mark.parametrize("name,value", [
    ("SECRET_KEY", ""),
    ("ALLOWED_HOSTS", ""),
    ("DEBUG", "maybe"),
    ("OPEN_ACCESS", "2"),
    ("DATABASE_URL", "nonsense"),
    ("DATABASE_URL", "oracleish://host/name"),
    ("REDIS_URL", "localhost:6379"),
    ("REDIS_SENTINELS", "localhost"),
    ("CHANNEL_LAYER", "rabbitmq"),
    ("CHANNEL_LAYER", "stock"),
    ("PORT", "http"),
    ("PORT", "70000"),
    ("WEB_CONCURRENCY", "0"),
    ("HTTPS", "perhaps"),
])
def test_a_bad_setting_stops_the_start_with_one_line_that_names_it(name, value):
    ended = start(**{name: value})
    assert ended.returncode == 1
    line, = ended.stdout.splitlines()
    assert line.startswith("workshop: ")
    assert ("REDIS_URL" if value == "stock" else name) in line


def test_a_bad_database_url_does_not_print_its_password():
    assert "hunter2" not in start(DATABASE_URL="oracleish://me:hunter2@host/name").stdout


def test_the_least_that_production_sets_starts():
    ended = start()
    assert ended.returncode == 0, ended.stdout
