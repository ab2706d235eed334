"""
Triggers on the tables of the suite's PostgreSQL.
"""
import contextlib

import pytest
from django.db import connection

from channels_lts.binding.triggers.installer import Installer

from .helpers import Program, Pump, raw


@pytest.fixture
def installed(db, settings):
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has them")
    settings.CHANNELS_LTS = dict(settings.CHANNELS_LTS, BINDING_TRIGGERS=True)
    connection.close()  # those that are opened from now on are marked
    # Where another session has a transaction open on a table, this fails rather than waits forever.
    raw("SET lock_timeout = '20s'")
    installer = Installer("default")
    installer.run(installer.install_sql())
    yield installer
    installer.run(installer.uninstall_sql())
    connection.close()


@pytest.fixture
def program():
    with contextlib.closing(Program()) as program:
        yield program


@pytest.fixture
def pump(channel_layer):
    return Pump(channel_layer)
