"""
What can be watched of the deployment: /metrics, and a request's name in the logs of all processes.
"""
import json

import pytest
import requests
import websocket

from tests.channels_lts.metrics.samples import samples
from tests.support.waiting import wait_for

from .deployment import Deployment, running

TOKEN = "t0ken"


@pytest.fixture(scope="module")
def watched(tmp_path_factory, redis_url):
    deployment = Deployment(tmp_path_factory.mktemp("watched"), redis_url, METRICS_TOKEN=TOKEN,
                            METRICS_ADDRESSES="", LOG_FORMAT="json",
                            REQUEST_ID_HEADER="X-Request-ID")
    deployment.daphne_options = ["--access-log", "-"]
    with running(deployment):
        yield deployment


def metrics(deployment):
    answer = requests.get(deployment.url + "/metrics", timeout=20,
                          headers={"Authorization": "Bearer " + TOKEN})
    answer.raise_for_status()
    return samples(answer.text)


def records(process):
    """The JSON of its lines; what it writes before it has its settings is none."""
    return [json.loads(line) for line in process.text().splitlines() if line.startswith("{")]


def test_strangers_see_no_metrics(watched):
    assert requests.get(watched.url + "/metrics", timeout=20).status_code == 404


def test_metrics_sum_what_all_processes_do(watched):
    for _ in range(20):
        requests.get(watched.url + "/links/", timeout=20)

    def processes():
        found = metrics(watched)
        return found["workers",], found["daphnes",]
    wait_for(lambda: processes() == (2, 1), what="daphne's first heartbeat")

    def pages():
        return metrics(watched).get(("view_seconds_count", "2xx", "links:links-detail"), 0)
    wait_for(lambda: pages() >= 20, seconds=30, what="the reports of both workers")
    found = metrics(watched)
    assert found["queue_seconds_count", "http.request"] >= 20
    consumer, = {key[2] for key in found if key[:2] == ("consumer_seconds_sum", "http.request")}
    assert consumer.startswith("channels_lts.security.handler.")
    assert found["consumer_seconds_sum", "http.request", consumer] > 0


def test_a_refused_handshake_counts(watched):
    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket.create_connection(watched.url.replace("http:", "ws:") + "/updates/links/",
                                    origin="http://elsewhere.example", timeout=15)
    name = "handshakes_refused_total", "a socket from another origin (ALLOWED_ORIGINS)"
    wait_for(lambda: metrics(watched).get(name, 0) >= 1, seconds=30, what="a worker's report")


def test_a_request_has_one_name_in_all_logs(watched):
    # What Django logs of a form without its token, a worker logs in the view's thread.
    requests.post(watched.url + "/i18n/setlang/", timeout=20,
                  headers={"X-Request-ID": "of-the-proxy"})

    def lines():
        return [[each for each in records(process)
                 if each.get("correlation_id") == "of-the-proxy"]
                for process in [watched.daphne] + watched.workers]
    wait_for(lambda: sum(map(bool, lines())) == 2, what="a line of daphne and one of a worker")
    ids = {each["request_id"] for found in lines() for each in found}
    assert len(ids) == 1
    access, = lines()[0]
    assert (access["logger"], access["status"]) == ("daphne.access", 403)
