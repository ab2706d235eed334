"""
A daphne in a separate process, and a worker in a thread of the tests.
"""
import json
import logging
import os
import socket
import ssl
import sys
import threading

import asgi_redis
import requests
import websocket

from channels_lts.layers.redis import RedisChannelLayer
from tests.support import ROOT, forks
from tests.support.ports import free_port
from tests.support.waiting import wait_for

CHANNELS = ["http.request", "websocket.connect", "websocket.receive", "websocket.disconnect"]
GROUP = "everybody"


class Worker:
    """Answers pages, accepts sockets into the group, and echoes their frames."""

    def __init__(self, layer):
        self.layer = layer
        self.is_on = True
        self.seen = []
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while self.is_on:
            channel, message = self.layer.receive(CHANNELS, block=True)
            if channel:
                self.seen.append((channel, message.get("text")))
                try:
                    self.handle(channel, message)
                except Exception:
                    logging.getLogger("channels_lts.layers.redis").exception("in the test's worker")

    def handle(self, channel, message):
        reply = message["reply_channel"]
        if channel == "http.request":
            self.layer.send(reply, {"status": 200, "content": b"a page"})
        elif channel == "websocket.connect":
            self.layer.group_add(GROUP, reply)
            self.layer.send(reply, {"accept": True})
        elif channel == "websocket.receive":
            self.layer.send(reply, {"text": "echo " + message["text"]})

    def stop(self):
        self.is_on = False
        self.thread.join(10)


class Layer(RedisChannelLayer):
    blpop_timeout = 1  # so that the worker's thread ends soon


class StockLayer(asgi_redis.RedisChannelLayer):
    blpop_timeout = 1


class Site:
    layer_class = Layer  # of the worker
    daphne_class = "channels_lts.layers.redis.RedisChannelLayer"
    command = [os.path.join(os.path.dirname(sys.executable), "daphne")]

    def __init__(self, folder, redis_server, engine=None, **config):
        """`engine`: CHANNELS_LTS of daphne's settings. `config`: of the layer."""
        self.redis = redis_server
        self.engine = engine or {}
        self.config = dict(config, hosts=[redis_server.url])
        self.layer = self.layer_class(**self.config)
        self.worker = None
        self.port = free_port()
        self.certificate = None  # (key, chain) of a daphne that speaks TLS
        self.log_path = str(folder / "daphne.log")
        self.sockets = []

    def start(self):
        self.start_daphne()
        self.start_worker()
        wait_for(lambda: self.page_status() == 200, seconds=20, what="a daphne that answers")
        return self

    def start_daphne(self):
        endpoint = ["-b", "127.0.0.1", "-p", str(self.port)]
        if self.certificate:
            endpoint = ["-e", "ssl:%d:interface=127.0.0.1:privateKey=%s:certKey=%s" % (
                (self.port,) + self.certificate)]
        open(self.log_path, "wb").close()
        self.daphne = forks.start(
            [*self.command, "-v", "0", "--http-timeout", "30", *endpoint,
             "tests.channels_lts.layers.daphne_app:channel_layer"],
            dict(os.environ, LAYER_CLASS=self.daphne_class, LAYER_CONFIG=json.dumps(self.config),
                 CHANNELS_LTS=json.dumps(self.engine)),
            self.log_path, ROOT, django=False)

    def is_listening(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop_daphne(self):
        self.daphne.terminate()
        self.daphne.wait(15)

    def start_worker(self):
        self.worker = Worker(self.layer)

    def stop_worker(self):
        self.worker.stop()

    def stop(self):
        for each in self.sockets:
            each.close()
        self.stop_daphne()
        self.stop_worker()

    def page_status(self, **kwargs):
        try:
            return requests.request(
                kwargs.pop("method", "GET"), "http://127.0.0.1:%d/" % self.port, timeout=30,
                **kwargs).status_code
        except requests.ConnectionError:
            return None

    def connect(self):
        opened = websocket.create_connection(
            "%s://127.0.0.1:%d/" % ("wss" if self.certificate else "ws", self.port), timeout=15,
            sslopt={"cert_reqs": ssl.CERT_NONE})
        self.sockets.append(opened)
        return opened

    def connect_status(self):
        """The HTTP status of a refused handshake, or 101."""
        try:
            self.connect()
        except websocket.WebSocketBadStatusException as refusal:
            return refusal.status_code
        return 101

    def log(self):
        with open(self.log_path, encoding="utf8") as log:
            return log.read()


def close_code(opened):
    """Reads to the end of a socket; its close code."""
    while True:
        opcode, data = opened.recv_data()
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            return int.from_bytes(data[:2], "big")
