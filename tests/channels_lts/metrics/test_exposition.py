"""
The text that Prometheus reads: current values, and what all processes have counted.
"""
from io import StringIO

import pytest
from channels import DEFAULT_CHANNEL_LAYER, channel_layers
from channels.delay.models import DelayedMessage
from django.core.management import call_command
from django.db import OperationalError

from channels_lts.layers.base import capabilities_of
from channels_lts.layers.metrics import CONSUMER, DROPPED, REFUSED, VIEW
from channels_lts.layers.redis import keys
from channels_lts.layers.redis.metrics import field
from channels_lts.presence import stores

from .samples import families, samples

pytestmark = pytest.mark.django_db
DAPHNE = "daphne.response.abc!"


def text():
    pytest.importorskip("prometheus_client")
    output = StringIO()
    call_command("layer_stats", "--format", "prometheus", stdout=output)
    return output.getvalue()


def test_it_has_what_waits_and_who_is_there(layer):
    capabilities = capabilities_of(layer)
    capabilities.beat("interface", DAPHNE, {"sockets": 3})
    for name, busy in (("host.7", 1), ("host.8", 2)):
        capabilities.beat("worker", name, {"threads": 4, "moving": 3, "busy": busy})
    layer.send("websocket.connect", {})
    layer.group_add("g", DAPHNE + "a")
    found = samples(text())
    assert found["messages_waiting", "websocket.connect"] == 1
    assert 0 <= found["oldest_message_age_seconds", "websocket.connect"] < 60
    assert found["messages_sent_total", "websocket.connect"] == 1
    assert found["sockets", DAPHNE] == 3
    assert found["groups", DAPHNE] == 1
    assert (found["workers",], found["worker_threads",]) == (2, 8)
    assert (found["worker_threads_moving",], found["worker_threads_busy",]) == (6, 3)
    assert (found["daphnes",], found["delay_servers",]) == (1, 0)


def test_it_sums_what_processes_have_counted(layer, new_layer):
    for each in (layer, new_layer()):
        for reason in ("it is full", "Redis is away"):
            each.drop_log.note(DAPHNE, 2, reason=reason)
        each.metrics.count(REFUSED, "too many")
        each.metrics.observe(CONSUMER, "jobs", "app.work", seconds=0.03)
        each.metrics.observe(CONSUMER, "jobs", "app.work", seconds=100)
        each.metrics.observe(VIEW, "index", "2xx", seconds=0.005)
        each.report_statistics()
    found = samples(text())
    assert found["messages_dropped_total", "daphne.response!", "it is full"] == 4
    assert found["handshakes_refused_total", "too many"] == 2
    assert [found["consumer_seconds_bucket", "jobs", "app.work", le]
            for le in ("0.025", "0.05", "30.0", "+Inf")] == [0, 2, 2, 4]
    assert found["consumer_seconds_count", "jobs", "app.work"] == 4
    assert found["consumer_seconds_sum", "jobs", "app.work"] == pytest.approx(200.06)
    assert found["view_seconds_bucket", "0.005", "2xx", "index"] == 2


def test_each_family_has_its_type_and_a_help(layer):
    found = families(text())
    assert found["channels_lts_queue_seconds"].type == "histogram"
    assert found["channels_lts_messages_dropped"].type == "counter"
    assert found["channels_lts_messages_sent"].type == "counter"
    assert found["channels_lts_sockets"].type == "gauge"
    assert all(each.documentation for each in found.values())


@pytest.mark.parametrize("value", ['a "quoted" one', "back\\slash", "two\nlines", "Größe"])
def test_a_label_may_hold_anything(layer, value):
    layer.metrics.count(DROPPED, "jobs", value)
    layer.report_statistics()
    assert samples(text())["messages_dropped_total", "jobs", value] == 1


def test_a_field_of_another_version_spoils_nothing(layer):
    for each in (field("messages_dropped", "one label"), field("consumer", "a", "b", "c", 99),
                 field("no such metric"), "no JSON"):
        layer.connection(0).hset(keys.metrics(layer.prefix), each, 1)
    layer.metrics.count(REFUSED, "too many")
    layer.report_statistics()
    found = samples(text())
    assert found["handshakes_refused_total", "too many"] == 1
    assert not [name for name, *_ in found if name.startswith(("messages_dropped", "consumer"))]


def test_labels_with_too_many_values_fill_no_redis(layer):
    server = layer.connection(0)
    server.hmset(keys.metrics(layer.prefix), {field("queue", str(each), 0): 1
                                              for each in range(5000)})
    layer.metrics.count(REFUSED, "one more")
    layer.metrics.count(REFUSED, "and one more")
    layer.report_statistics()
    assert server.hlen(keys.metrics(layer.prefix)) == 5001
    # Parsing all of them would take longer than all other tests here.
    assert "channels_lts_series_refused_total 2.0" in text().splitlines()


def test_groups_are_counted_once_a_minute_for_all_who_ask(layer):
    capabilities_of(layer).beat("interface", DAPHNE, {"sockets": 1})
    layer.group_add("g", DAPHNE + "a")
    assert samples(text())["groups", DAPHNE] == 1
    layer.group_add("h", DAPHNE + "a")
    assert samples(text())["groups", DAPHNE] == 1
    assert 0 < layer.connection(0).ttl(keys.memo(layer.prefix, "groups")) <= 60
    layer.connection(0).delete(keys.memo(layer.prefix, "groups"))
    assert samples(text())["groups", DAPHNE] == 2


def test_presence_is_counted_by_sockets(layer):
    store = stores.store()
    for name in ("a", "b"):
        store.track(["site", "room"], "1", DAPHNE + name)
    store.sweep()
    assert samples(text())["presence_sockets",] == 2
    store.untrack(DAPHNE + "a")
    store.untrack(DAPHNE + "b")
    found = samples(text())
    assert (found["presence_sockets",], found["presence_leaving",]) == (0, 2)


def test_delayed_messages_are_counted_and_the_oldest_tells_how_late_it_is(layer):
    assert samples(text())["delayed_late_seconds",] == 0
    for delay in (-5000, 60000):
        DelayedMessage(channel_name="jobs", content="{}", delay=delay).save()
    found = samples(text())
    assert found["delayed_messages",] == 2
    assert 5 <= found["delayed_late_seconds",] < 60


def test_without_the_database_the_rest_is_told(layer, monkeypatch):
    def away(*args):
        raise OperationalError("could not connect to server")
    monkeypatch.setattr(DelayedMessage.objects, "count", away)
    found = samples(text())
    assert ("delayed_messages",) not in found and ("workers",) in found


@pytest.mark.django_db(transaction=True)  # a consumer that ends closes a transaction's connection
def test_a_worker_counts_the_time_in_queue_and_in_the_consumer(layer):
    from channels_lts.worker.dispatch import Dispatcher
    from channels_lts.worker.process import LoopStatus
    layer.send("http.request", {"path": "/healthz"})
    channel, content = layer.receive(["http.request"])
    wrapped = channel_layers[DEFAULT_CHANNEL_LAYER]
    dispatcher = Dispatcher(object, wrapped, None, LoopStatus(), 1)
    wrapped.router.check_default(http_consumer=lambda message: None)
    dispatcher.dispatch(channel, content)
    layer.report_statistics()
    found = samples(text())
    assert found["queue_seconds_count", "http.request"] == 1
    assert [value for name, value in found.items()
            if name[:2] == ("consumer_seconds_count", "http.request")] == [1]
    assert found["redis_round_trip_seconds_count",] >= 2
