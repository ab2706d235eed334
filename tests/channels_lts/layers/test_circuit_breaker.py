"""
What a process's threads know from each other about a server.
"""
import gc
import threading
import time
from types import SimpleNamespace

import pytest
from redis.exceptions import ConnectionError

from channels_lts.layers.redis import RedisChannelLayer
from tests.support.ports import free_port
from tests.support.waiting import wait_for

pytestmark = pytest.mark.usefixtures("log")


def refuse():
    raise ConnectionError("refused")


def is_back(layer):
    return layer.outages[0].since is None


def end_an_outage(layer):
    """One that another thread has noticed."""
    with pytest.raises(ConnectionError):
        layer.circuit_breaker.call(0, refuse)
    wait_for(lambda: is_back(layer), what="the end of an outage")


def test_a_call_that_fails_begins_an_outage_and_an_answer_ends_it(layer, log):
    end_an_outage(layer)
    assert log.count("is away") == log.count("is back") == 1


def test_it_asks_ever_less_often(layer, log, monkeypatch):
    pauses, answers = [], iter([False] * 20 + [True])

    def sleep(seconds):
        if threading.current_thread() is layer.circuit_breaker._searches.get(0):
            pauses.append(seconds)
        else:  # another test's, for a server that is gone
            time.sleep(seconds)
    monkeypatch.setattr(layer.circuit_breaker, "_answers", lambda shard: next(answers))
    monkeypatch.setattr(
        "channels_lts.layers.redis.circuit_breaker.time", SimpleNamespace(sleep=sleep))
    end_an_outage(layer)
    assert len(pauses) == 20
    assert pauses[0] <= 0.05 and all(0.2 <= each <= 0.4 for each in pauses[4:])


def test_nobody_looks_for_the_server_of_a_layer_that_is_gone():
    layer = RedisChannelLayer(hosts=["redis://127.0.0.1:%d/0" % free_port()])
    with pytest.raises(ConnectionError):
        layer.circuit_breaker.call(0, refuse)
    search = layer.circuit_breaker._searches[0]
    assert search.is_alive()
    del layer

    def has_ended():
        gc.collect()  # in vain while the thread asks
        return not search.is_alive()
    wait_for(has_ended, what="the end of its thread")


def test_a_call_from_before_an_answer_to_somebody_else_begins_none(layer, log):
    def refused_late():
        end_an_outage(layer)
        refuse()
    with pytest.raises(ConnectionError):
        layer.circuit_breaker.call(0, refused_late)
    assert is_back(layer)
    assert log.count("is away") == log.count("is back") == 1


def test_a_connection_that_was_closed_between_two_waits_is_no_outage(layer, log):
    layer.blpop_timeout = 1
    layer.receive(["jobs"], block=True)
    waiter = layer.receiver.poller._waiter(0)
    layer.connection(0).client_kill("%s:%d" % waiter.connection._sock.getsockname())
    wait_for(lambda: waiter.connection.can_read(0), what="a closed connection")
    layer.send("jobs", {"text": "x"})
    layer.receiver.waited.in_vain = True  # so that it waits without looking first
    assert layer.receive(["jobs"], block=True) == ("jobs", {"text": "x"})
    assert log.lines == []


def test_nor_does_a_worker_s_question(layer, log, monkeypatch):
    asked = []

    def ask(*commands):
        asked.append(commands)
        if len(asked) == 2:  # the first one may have found a connection that was too long idle
            end_an_outage(layer)
        refuse()
    monkeypatch.setattr(layer.reply_sender.pipelines.on(0), "execute", ask)
    layer.receive(["jobs"])
    assert is_back(layer)
    assert log.count("is away") == log.count("is back") == 1


def test_nor_does_a_worker_s_wait(layer, log, monkeypatch):
    def wait(*arguments):
        end_an_outage(layer)
        return [], {0: ConnectionError("refused")}
    monkeypatch.setattr(layer.receiver.poller, "wait", wait)
    assert layer.receive(["jobs"], block=True) == (None, None)
    assert is_back(layer)
    assert log.count("is away") == log.count("is back") == 1
