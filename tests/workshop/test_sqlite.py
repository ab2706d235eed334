import gc
import os
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager, suppress

import channels.worker
import pytest
from channels import route
from channels.signals import consumer_started
from django.db import OperationalError, connection, connections
from django.db.backends.signals import connection_created

from channels_lts.outages import BUSY, kind_of
from channels_lts.worker import Worker
from tests.channels_lts.worker.loops import consume, make_layer, run
from tests.support.waiting import in_thread
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


# How long a connection stays open

@pytest.fixture
def keep(connect):
    """Connects as a worker does that has done with a message."""
    def keep_one():
        wrapper = connect()
        wrapper.begin_message()
        wrapper.cursor().execute("PRAGMA journal_mode = WAL")
        wrapper.close()
        wrapper.settings_dict["CONN_MAX_AGE"] = 1000
        wrapper.cursor().execute("CREATE TABLE IF NOT EXISTS words (word)")
        return wrapper
    return keep_one


@pytest.fixture
def opened(db, monkeypatch, tmp_path):
    """The connections to a database that each thread has, as they are opened."""
    monkeypatch.setitem(connections.databases, "file", {
        "ENGINE": "workshop.sqlite3", "NAME": str(tmp_path / "db"), "CONN_MAX_AGE": 1000})
    found = []

    def note(connection, **kwargs):
        if connection.alias == "file":
            found.append(connection)
    connection_created.connect(note)
    yield found
    connection_created.disconnect(note)


def ask(message):
    connections["file"].cursor().execute("SELECT 1")


def test_a_worker_opens_one_connection_for_messages_that_follow_each_other(opened):
    consume(make_layer(route("ask", ask)), *[("ask", {})] * 3)
    assert len(opened) == 1


def test_a_worker_that_would_not_close_it_when_idle_opens_one_for_each(opened):
    def messages():
        for _ in range(3):
            consumer_started.send(sender=channels.worker.Worker, environ={})
            ask({})
            connections["file"].close_if_unusable_or_obsolete()
    in_thread(messages)()
    assert len(opened) == 3


def test_a_worker_to_which_nothing_comes_closes_an_old_one(opened):
    layer = make_layer(route("ask", ask))
    layer.send("ask", {})
    worker = Worker(layer, signal_handlers=False)

    def is_closed():
        for each in opened:
            each.close_at = 0
        return opened and opened[0].connection is None
    run(worker, until=is_closed)


def test_who_takes_no_messages_closes_it_when_done(connect):
    wrapper = connect()
    wrapper.settings_dict["CONN_MAX_AGE"] = 1000
    wrapper.cursor().execute("SELECT 1")
    wrapper.close_if_unusable_or_obsolete()
    assert wrapper.connection is None


def words(wrapper):
    with wrapper.cursor() as cursor:
        return [word for word, in cursor.execute("SELECT word FROM words")]


def write(wrapper, *found):
    wrapper.cursor().executemany("INSERT INTO words VALUES (%s)", [[word] for word in found])


def other_file(path):
    with closing(sqlite3.connect(str(path))) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("CREATE TABLE words (word)")
        other.executemany("INSERT INTO words VALUES (?)", [["new"]] * 1000)
        other.commit()


OPEN = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT * FROM words").fetchall()
print("open", flush=True)
sys.stdin.read()
"""


@contextmanager
def open_elsewhere(path):
    with subprocess.Popen([sys.executable, "-c", OPEN, str(path)], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"open\n"
        yield
        process.stdin.close()


@pytest.mark.parametrize("beside", [open_elsewhere, lambda path: suppress()])
def test_the_next_message_finds_a_file_that_was_put_in_its_place(keep, tmp_path, beside):
    """And not what SQLite, or another worker, still has of the old one; which has it all."""
    wrapper = keep()
    write(wrapper, "old")
    with beside(tmp_path / "db"):
        other_file(tmp_path / "new")
        (tmp_path / "db").rename(tmp_path / "aside")
        (tmp_path / "new").rename(tmp_path / "db")
        wrapper.begin_message()
        assert words(wrapper) == ["new"] * 1000
        write(wrapper, "newer")
        assert wrapper.cursor().execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with closing(sqlite3.connect(str(tmp_path / "aside"))) as old:
        assert old.execute("SELECT word FROM words").fetchall() == [("old",)]


@pytest.mark.parametrize("is_kept", [True, False])
def test_who_closes_an_old_connection_leaves_nothing_for_the_file_in_its_place(
        keep, tmp_path, is_kept):
    """A worker closes one when nothing has come for some seconds, before the next message."""
    wrapper = keep()
    write(wrapper, "old")
    other_file(tmp_path / "new")
    (tmp_path / "db").rename(tmp_path / "aside")
    (tmp_path / "new").rename(tmp_path / "db")
    wrapper.is_kept, wrapper.close_at = is_kept, 0
    wrapper.close_if_unusable_or_obsolete()
    assert wrapper.connection is None
    assert words(wrapper) == ["new"] * 1000
    with closing(sqlite3.connect(str(tmp_path / "aside"))) as old:
        assert old.execute("SELECT word FROM words").fetchall() == [("old",)]


def test_each_worker_leaves_the_files_of_the_one_that_has_left_before(keep, tmp_path):
    workers = [keep(), keep()]
    other_file(tmp_path / "new")
    (tmp_path / "new").rename(tmp_path / "db")
    for each in workers:
        each.begin_message()
        write(each, "newer")
    assert words(workers[0]) == ["new"] * 1000 + ["newer"] * 2


def test_the_next_message_makes_a_file_that_is_gone_anew(keep, tmp_path):
    wrapper = keep()
    (tmp_path / "db").unlink()
    wrapper.begin_message()
    with pytest.raises(OperationalError, match="no such table"):
        words(wrapper)


def test_a_message_within_a_transaction_leaves_the_connection(keep, tmp_path):
    """As in a test, and in a consumer that another one calls."""
    wrapper = keep()
    begin(wrapper)
    wrapper.in_atomic_block = True
    (tmp_path / "db").unlink()
    before = wrapper.connection
    wrapper.begin_message()
    assert wrapper.connection is before
    wrapper.in_atomic_block = False


def exit_status(child):
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(0 if child() else 1)
        finally:
            os._exit(2)
    return os.waitpid(pid, 0)[1]


class Noted(sqlite3.Connection):
    closed = []

    def close(self):
        self.closed.append(id(self))
        super().close()

    __del__ = close


def test_it_may_be_closed_twice_within_a_transaction(connect):
    wrapper = connect()
    begin(wrapper)
    wrapper.in_atomic_block = True  # as transaction.atomic() does
    for _ in range(2):
        wrapper.close()
    assert wrapper.closed_in_transaction


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
@pytest.mark.parametrize("first", ["cursor", "close", "begin_message"])
def test_a_forked_process_opens_its_own_and_never_closes_its_parent_s(keep, first):
    wrapper = keep()
    wrapper.close()
    wrapper.settings_dict["OPTIONS"]["factory"] = Noted
    wrapper.connect()
    before = id(wrapper.connection)

    def child():
        Noted.closed.clear()  # other tests' connections had the same ids
        getattr(wrapper, first)()
        gc.collect()
        return words(wrapper) == [] and id(wrapper.connection) != before not in Noted.closed
    assert exit_status(child) == 0
    assert words(wrapper) == [] and id(wrapper.connection) == before
