"""
Processes with the old class and with the new one on one Redis, as in the middle of a deploy; and
several of each.
"""
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.waiting import wait_for

from .site import GROUP, Layer, Site, StockLayer

STOCK = "asgi_redis.RedisChannelLayer"


class StockDaphne(Site):
    daphne_class = STOCK


class StockWorker(Site):
    layer_class = StockLayer


class Stock(StockDaphne, StockWorker):
    """So that it is known that the test doesn't ask too much."""


@pytest.mark.parametrize("kind", [StockDaphne, StockWorker, Stock, Site])
def test_old_and_new_processes_understand_each_other(kind, tmp_path, new_redis):
    site = kind(tmp_path, new_redis("--save", ""))
    try:
        site.start()
        sockets = [site.connect() for _ in range(3)]
        wait_for(lambda: len(site.layer.group_channels(GROUP)) == 3, what="three members")
        for number, each in enumerate(sockets):
            each.send("%d" % number)
            assert each.recv() == "echo %d" % number
        for text in ("one", "two"):
            site.layer.send_group(GROUP, {"text": text})
        assert [(each.recv(), each.recv()) for each in sockets] == [("one", "two")] * 3
        sockets[0].close()
        wait_for(lambda: ("websocket.disconnect", None) in site.worker.seen, what="a disconnect")
        assert site.page_status() == 200
    finally:
        site.stop()


def test_both_kinds_of_daphne_get_what_one_worker_sends(tmp_path, new_redis):
    server = new_redis("--save", "")
    sites = [kind(tmp_path, server) for kind in (Site, StockDaphne)]
    try:
        for site in sites:
            site.start()
        sockets = [site.connect() for site in sites for _ in range(3)]
        wait_for(lambda: len(sites[0].layer.group_channels(GROUP)) == 6, what="six members")
        sites[0].layer.send_group(GROUP, {"text": "to all"})
        assert [each.recv() for each in sockets] == ["to all"] * 6
    finally:
        for site in sites:
            site.stop()


def test_two_daphnes_and_three_senders_lose_nothing_and_keep_the_order(tmp_path, new_redis):
    server = new_redis("--save", "")
    sites = [Site(tmp_path, server) for _ in range(2)]
    try:
        for site in sites:
            site.start()
        sockets = [site.connect() for site in sites for _ in range(20)]
        wait_for(lambda: len(sites[0].layer.group_channels(GROUP)) == 40, what="40 members")

        def send(name):
            layer = Layer(hosts=[server.url])
            for number in range(30):  # 90 bundles: a list takes 100
                layer.send_group(GROUP, {"text": "%s %d" % (name, number)})
        with ThreadPoolExecutor(3) as threads:
            list(threads.map(send, "abc"))
        for each in sockets:
            heard = [each.recv().split() for _ in range(90)]
            for name in "abc":
                assert [int(number) for who, number in heard if who == name] == list(range(30))
    finally:
        for site in sites:
            site.stop()
