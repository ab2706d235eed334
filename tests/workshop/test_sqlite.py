import pytest
from django.db import OperationalError, connection

from channels_lts.outages import BUSY, kind_of
from workshop.sqlite3.base import DatabaseWrapper


@pytest.fixture
def connect(db, tmp_path):
    opened = []

    def open_one():
        settings = dict(connection.settings_dict, NAME=str(tmp_path / "db"),
                        OPTIONS={"timeout": 0})
        opened.append(DatabaseWrapper(settings, "file", allow_thread_sharing=True))
        opened[-1].connect()
        return opened[-1]
    yield open_one
    for wrapper in opened:
        wrapper.close()


def begin(wrapper):
    wrapper.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def test_a_transaction_holds_the_lock_for_writing_from_its_beginning(connect):
    """Or it could read, be overtaken by another process, and fail when it writes."""
    one, other = connect(), connect()
    begin(one)
    with pytest.raises(OperationalError, match="locked") as error:
        begin(other)
    assert kind_of(error.value) == BUSY
    one.commit()
    other.rollback()
    begin(other)


def test_readers_do_not_wait(connect):
    one, other = connect(), connect()
    begin(one)
    other.cursor().execute("SELECT 1 FROM sqlite_master")


def test_pages_wait_no_longer_than_five_seconds_for_who_writes(settings):
    database = settings.DATABASES["default"]
    if database["ENGINE"] != "workshop.sqlite3":
        pytest.skip("TEST_DATABASE_URL isn't that of a SQLite")
    assert database["OPTIONS"]["timeout"] == 5
