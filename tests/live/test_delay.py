"""
rundelay in separate processes: stopped, killed, doubled, without Redis.
"""
import contextlib
import json
import signal
import sqlite3
from collections import Counter
from urllib.parse import urlsplit

import psycopg2
import pytest

from channels_lts.layers.redis import RedisChannelLayer

from ..channels_lts.layers.ipc import site_of
from ..channels_lts.worker.process import Gate
from ..support.waiting import blocked_clients, wait_for
from .deployment import Deployment
from .layered import IPCDeployment
from .monitor import Monitor

TABLE = '"channels.delay_delayedmessage"'
OUT = "test.delayed"
MANY = 300


class RedisDeployment(Deployment):
    @property
    def site(self):
        return site_of(self.environment["SECRET_KEY"])

    def layer(self, **options):
        host = "redis://{host}:{port}/{db}".format(**self.redis.connection_pool.connection_kwargs)
        return RedisChannelLayer(hosts=[host], prefix=self.site + ":", **options)


@pytest.fixture(params=["redis", "ipc", "redis, postgresql"])
def site(request, tmp_path, redis_url):
    """Its database and its layer; the test starts the processes."""
    options = {"beside": ["delay"]}
    if "postgresql" in request.param:
        options["database_url"] = request.getfixturevalue("postgres_url")
    kind = IPCDeployment if request.param == "ipc" else RedisDeployment
    yield from prepared(kind(tmp_path, redis_url, **options))


def prepared(site):
    site.redis.flushdb()
    site.make_database()
    with database(site) as cursor:
        cursor.execute("DELETE FROM %s" % TABLE)
    site.out = site.layer(capacity=1000)
    yield site
    site.stop()


@contextlib.contextmanager
def database(site):
    """A cursor in a transaction."""
    url = site.environment["DATABASE_URL"]
    if url.startswith("sqlite:///"):
        connection = sqlite3.connect(url[len("sqlite:///"):], timeout=20)
    else:
        connection = psycopg2.connect(url)
    with contextlib.closing(connection), connection:
        yield connection.cursor()


def rows(site):
    with database(site) as cursor:
        cursor.execute("SELECT count(*) FROM %s" % TABLE)
        return cursor.fetchone()[0]


def delay(site, numbers, milliseconds):
    for number in numbers:
        site.out.send("asgi.delay", {
            "channel": OUT, "content": {"number": number}, "delay": milliseconds})


def make_due(site, numbers):
    """Rows that are due already."""
    with database(site) as cursor:
        for number in numbers:
            cursor.execute(
                "INSERT INTO %s (due_date, channel_name, content) VALUES "
                "('2020-01-01 00:00:00', '%s', '%s')" % (
                    TABLE, OUT, json.dumps({"number": number})))


class Received:
    """What has come out so far, and how often."""

    def __init__(self, site):
        self.site = site
        self.numbers = Counter()

    def wait_for(self, how_many):
        def have_come():
            while True:
                channel, content = self.site.out.receive([OUT])
                if channel is None:
                    return len(self.numbers) >= how_many
                self.numbers[content["number"]] += 1
        wait_for(have_come, seconds=60, what="%d messages" % how_many)


@pytest.fixture
def received(site):
    return Received(site)


def test_a_message_comes_later_and_once(site, received):
    site.start_beside("delay")
    delay(site, [1], 60000)
    delay(site, [2], 300)
    received.wait_for(1)
    assert received.numbers == {2: 1}
    wait_for(lambda: rows(site) == 1, what="only the later one being kept")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_in_order(site, number):
    process = site.start_beside("delay")
    process.child.send_signal(number)
    assert process.child.wait(15) == 0


def test_one_that_waits_for_long_stops_at_once(site):
    process = site.start_beside("delay", "--sleep", "3600")
    try:
        if site.environment["REDIS_URL"]:
            wait_for(lambda: blocked_clients(site.redis), what="its wait for a message")
        process.child.send_signal(signal.SIGTERM)
        assert process.child.wait(15) == 0
    finally:
        process.stop()


def test_one_that_is_killed_loses_nothing_and_doubles_one_at_most(site, received):
    make_due(site, range(MANY))
    kills = 3
    for kill in range(kills):
        process = site.start_beside("delay")
        received.wait_for(MANY // 5 * (kill + 1))
        process.kill()
    site.start_beside("delay")
    received.wait_for(MANY)
    wait_for(lambda: rows(site) == 0, what="an empty table")
    assert set(received.numbers) == set(range(MANY))
    assert sum(received.numbers.values()) <= MANY + kills


def test_two_of_them_send_each_message_once(site, received):
    processes = [site.start_beside("delay") for _ in range(2)]
    try:
        delay(site, range(MANY), 100)
        received.wait_for(MANY)
        wait_for(lambda: rows(site) == 0, what="an empty table")
    finally:
        for process in processes:
            process.stop()
    received.wait_for(MANY)
    assert set(received.numbers.values()) == {1}


@pytest.fixture
def redis_site(tmp_path, redis_url):
    yield from prepared(RedisDeployment(tmp_path, redis_url, beside=["delay"]))


@pytest.mark.parametrize("layer", ["", "stock"])
def test_it_waits_for_redis_and_loses_nothing(redis_site, redis_url, layer):
    site, gate, received = redis_site, Gate(redis_url), Received(redis_site)
    parts = urlsplit(site.environment["REDIS_URL"])
    site.environment.update(
        CHANNEL_LAYER=layer,
        REDIS_URL=parts._replace(netloc="%s:%d" % gate.address).geturl())
    gate.open()
    try:
        process = site.start_beside("delay")
        delay(site, [1], 0)
        received.wait_for(1)
        gate.shut()
        wait_for(lambda: "is away" in process.text(), what="a line about the outage")
        make_due(site, [2])
        delay(site, [3], 0)
        gate.open()
        received.wait_for(3)
        wait_for(lambda: "is back after" in process.text(), what="a line about its end")
        assert process.text().count("is away") == process.text().count("is back after") == 1
        assert "Traceback" not in process.text()
    finally:
        gate.shut()


def test_an_idle_one_waits_in_redis_for_a_second_each_time(redis_site):
    site = redis_site
    site.start_beside("delay")
    with contextlib.closing(Monitor(site.redis)) as monitor:
        sent = []

        def waits():
            # The heartbeat's have nothing to do with the channel.
            sent.extend((command, arguments) for _port, command, arguments in monitor.commands()
                        if "asgi.delay" in arguments)
            return [arguments for command, arguments in sent if command == "BLPOP"]
        found = wait_for(lambda: waits() if len(waits()) >= 4 else None, seconds=60,
                         what="four waits")
    assert {arguments.rsplit(None, 1)[-1] for arguments in found} == {'"1"'}
    # A delayed process has less than a second left: it waits by itself and then looks.
    begun = sent[sent.index(("BLPOP", found[0])):]
    assert {command for command, _arguments in begun} <= {"BLPOP", "EVALSHA"}


def test_it_is_in_the_statistics(redis_site):
    process = redis_site.start_beside("delay")

    def seen():
        found = json.loads(redis_site.manage("layer_stats", "--json"))
        return [each["name"] for each in found["delays"]]
    name, = wait_for(seen, what="its report")
    assert name.endswith(".%d" % process.child.pid)
