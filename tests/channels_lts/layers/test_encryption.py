"""
Messages that somebody with access to Redis can't read; and entries that a layer can't read.
"""
import contextlib
import socket
import time

import msgpack
import pytest
import requests

from channels_lts.layers.redis import RedisChannelLayer, bundle
from tests.support.waiting import wait_for

OLD, NEW = "old " * 10, "new " * 10
WORDS = ("in-the-path", "in-the-body", "in-a-cookie", "in-a-frame", "a page", "echo in-a-frame")


@contextlib.contextmanager
def everything_sent_to(server):
    """The output of Redis's MONITOR, including scripts' arguments and commands; read at the end."""
    with contextlib.closing(socket.create_connection(("127.0.0.1", server.port), 15)) as monitor:
        monitor.sendall(b"MONITOR\r\n")
        with monitor.makefile("rb") as lines:
            assert lines.readline() == b"+OK\r\n"
            found = []
            yield found
            server.client.echo("the end")
            line = b""
            while b'"the end"' not in line:
                line = lines.readline()
                found.append(line.decode("utf8", "replace"))


def use(site):
    """A page and a socket that echoes, with words by which they are known."""
    answer = requests.post("http://127.0.0.1:%d/in-the-path" % site.port, data="in-the-body",
                           cookies={"name": "in-a-cookie"}, timeout=30)
    assert answer.content == b"a page"
    opened = site.connect()
    opened.send("in-a-frame")
    assert opened.recv() == "echo in-a-frame"
    site.layer.send_group("everybody", {"text": "in-a-frame to all"})
    site.layer.settle()
    assert opened.recv() == "in-a-frame to all"


def seen_in_redis(site):
    with everything_sent_to(site.redis) as lines:
        use(site)
    assert any("in-the-path" in line or "gAAAA" in line for line in lines)
    text = "".join(lines)
    return [word for word in WORDS if word in text]


def test_without_a_key_redis_can_be_read(new_site):
    assert seen_in_redis(new_site()) == list(WORDS)


def test_with_a_key_nothing_that_is_said_can_be_read_in_redis(new_site):
    assert seen_in_redis(new_site(symmetric_encryption_keys=[OLD])) == []


def test_keys_are_changed_while_both_ends_run(new_site):
    site = new_site(symmetric_encryption_keys=[OLD, NEW])
    site.stop_worker()
    # One end encrypts with the new key already.
    site.layer = type(site.layer)(**dict(site.config, symmetric_encryption_keys=[NEW, OLD]))
    site.start_worker()
    assert seen_in_redis(site) == []


def garbage():
    """Entries that somebody else may have written."""
    payloads = [b"", b"no token", b"gAAAAx", msgpack.packb(7), msgpack.packb([1]), b"\xc1", b"\x81"]
    return [bundle.pack(time.time() + 60, payload, []) for payload in payloads]


@pytest.mark.parametrize("keys", [None, [OLD]])
def test_what_cannot_be_read_is_told_and_the_next_message_is_received(new_layer, log, keys):
    layer = new_layer(symmetric_encryption_keys=keys)
    sender = new_layer(symmetric_encryption_keys=[NEW])
    sender.send("jobs", {"text": "of another key"})
    name = layer.prefix + "jobs"
    layer.connection(0).rpush(name, *garbage())
    layer.send("jobs", {"text": "good"})
    received = []

    def has_come():
        received.append(layer.receive(["jobs"]))
        return received[-1][0]
    wait_for(has_come, what="the good one")
    assert received[-1] == ("jobs", {"text": "good"}) and len(received) == 9
    layer.drop_log.tell(is_last=True)
    assert log.count("to jobs not taken: it can't be read") > 0
    assert layer.counters.take()["jobs", layer.STAT_CHANNEL_FULL] == 8


def test_daphne_reads_on_after_what_it_cannot_read(new_site):
    site = new_site(symmetric_encryption_keys=[OLD])
    opened = site.connect()
    other = RedisChannelLayer(**dict(site.config, symmetric_encryption_keys=[NEW]))
    other.send_group("everybody", {"text": "of another key"})
    process, = site.redis.client.hkeys("asgi::interfaces")
    site.redis.client.rpush(b"asgi:" + process, *garbage())
    opened.send("in-a-frame")
    assert opened.recv() == "echo in-a-frame"
    assert "it can't be read" in site.log() and "Traceback" not in site.log()
