"""
A database and a Redis that go away, restart, or are forgotten by the network between.
"""
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import psycopg2
import pytest
import requests
import websocket

from ..browser.proxy import Proxy
from ..support.waiting import wait_for
from .deployment import Deployment, running
from .people import browsers, open_rooms
from .sockets import LiveSocket

PAGE = "/links/api/links/"


@pytest.fixture(scope="module")
def ways(redis_url, postgres_url):
    """The proxies on the ways to Redis and to PostgreSQL."""
    found = [Proxy(urlsplit(url).port) for url in (redis_url, postgres_url)]
    yield found
    for proxy in found:
        proxy.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory, ways, postgres_url):
    to_redis, to_postgres = ways
    url = urlsplit(postgres_url)
    database_url = url._replace(netloc=url.netloc.replace(
        str(url.port), str(to_postgres.port))).geturl()
    with running(Deployment(tmp_path_factory.mktemp("away"), "redis://127.0.0.1:%d/0"
                            % to_redis.port, database_url)) as deployment:
        open_rooms(deployment, ["away"])
        yield deployment


def status(site, path=PAGE):
    try:
        return requests.get(site.url + path, timeout=30).status_code
    except requests.RequestException:
        return None


def statuses(site, amount=12):
    """The statuses of this many pages, four at a time: more than one worker answers them."""
    with ThreadPoolExecutor(4) as threads:
        return list(threads.map(lambda _: status(site), range(amount)))


def window(site):
    browser = browsers(site, ["alice"])["alice"]
    socket = LiveSocket(site, "/ws/chat/away/", browser)
    socket.frame_like(lambda frame: frame["type"] == "user_list")
    return socket


def said(socket, name):
    """The answer to a message."""
    socket.say({"message": "hello", "id": name})
    return socket.frame_like(lambda frame: frame.get("id") == name and frame["type"] in (
        "message_stored", "error"))


def test_a_restarted_database_costs_no_page(site, ways):
    assert set(statuses(site)) == {200}
    ways[1].cut()
    assert set(statuses(site)) == {200}


def test_a_locked_room_is_busy_and_pages_are_served(site, postgres_url):
    socket = window(site)
    with psycopg2.connect(postgres_url) as other, other.cursor() as cursor:
        cursor.execute("SELECT * FROM chat_room WHERE key = 'away' FOR UPDATE")
        answer = said(socket, "locked-1")
        assert (answer["type"], answer["code"]) == ("error", "busy")
        assert set(statuses(site, 4)) == {200}
    other.close()
    wait_for(lambda: said(socket, "locked-1")["type"] == "message_stored", seconds=30,
             what="a message in a room that isn't locked any more")
    socket.close()


def test_a_database_that_is_away_is_told_once_and_answered(site, ways):
    socket = window(site)
    ways[1].is_away = True
    ways[1].cut()
    assert set(statuses(site, 8)) == {503}
    assert said(socket, "away-1")["code"] == "unavailable"
    wait_for(lambda: status(site, "/healthz") == 503, what="a health that tells of it")
    with pytest.raises(websocket.WebSocketBadStatusException) as refusal:
        LiveSocket(site, "/ws/chat/away/")
    assert refusal.value.status_code == 503
    ways[1].is_away = False
    wait_for(lambda: set(statuses(site, 4)) == {200}, seconds=30, what="pages")
    wait_for(lambda: said(socket, "away-1")["type"] == "message_stored", what="a stored message")
    socket.close()
    for worker in site.workers:
        lines = worker.text().splitlines()
        assert len([line for line in lines if "The database default is away" in line]) <= 1
        assert "Traceback" not in worker.text()
    assert "The database default is back" in site.logs()


def test_connections_that_the_network_has_forgotten_are_made_anew(site, ways):
    assert set(statuses(site)) == {200}
    for way in ways:
        way.vanish()
    wait_for(lambda: set(statuses(site)) == {200}, seconds=120, what="pages of all workers")
    assert all(worker.child.poll() is None for worker in site.workers)
