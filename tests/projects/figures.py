"""What a project gains on the live blog: counts, not times."""
import time
from concurrent.futures import ThreadPoolExecutor

import requests
import websocket

from tests.live.monitor import Monitor

from ..support.waiting import wait_for

SOCKETS, SAVES = 500, 10
IDLE_SECONDS = 3


class Figures:
    """
    `commands`: how many Redis gets in IDLE_SECONDS of idleness; `lost`: how many frames of ten
    saves didn't reach one of 500 sockets.
    """

    def __init__(self, project):
        self.commands = commands_when_idle(project)
        self.lost, _ = saved(project)

    def __repr__(self):
        return "%d of %d frames lost, %.1f commands a second when idle" % (
            self.lost, SOCKETS * SAVES, self.commands / IDLE_SECONDS)


def commands_when_idle(project):
    monitor = Monitor(project.redis)
    try:
        monitor.commands()
        time.sleep(IDLE_SECONDS)  # a rate can't be had otherwise
        return len(monitor.commands())
    finally:
        monitor.close()


def saved(project):
    """(frames that were lost, seconds that each save took its sender)"""
    audience = Audience(project, "/news/stream/", SOCKETS)
    try:
        started = time.monotonic()
        answer = requests.post(project.url + "/news/posts/", timeout=180, data={
            "body": ["post %d" % number for number in range(SAVES)]})
        assert answer.text == "saved"
        seconds = (time.monotonic() - started) / SAVES
        return SOCKETS * SAVES - audience.received(), seconds
    finally:
        audience.close()


class Audience:
    """`size` sockets to a path of a project."""

    def __init__(self, project, path, size):
        self.project = project
        address = project.url.replace("http://", "ws://") + path

        def connect(_number):
            return websocket.create_connection(address, timeout=120, origin=project.url)
        with ThreadPoolExecutor(8) as pool:
            self.sockets = list(pool.map(connect, range(size)))

    def received(self):
        """How many frames have come to all of them, once nothing more is on its way."""
        wait_for(self.is_quiet, 120, "daphne has taken all that is for it")
        # Daphne may hold some of it still, and answers pings meanwhile.
        rounds = iter(lambda: sum(map(frames_before_a_pong, self.sockets)), 0)
        return sum(rounds)

    def is_quiet(self):
        """Whether nothing waits in Redis for a process."""
        redis = self.project.redis
        return not any(redis.type(key) == b"list" and redis.llen(key)
                       for key in redis.scan_iter("*!*"))

    def close(self):
        for socket in self.sockets:
            socket.close(timeout=0)


def frames_before_a_pong(socket):
    """Daphne answers a ping behind what it has written before."""
    socket.ping()
    opcodes = iter(lambda: socket.recv_data(control_frame=True)[0], websocket.ABNF.OPCODE_PONG)
    return sum(opcode == websocket.ABNF.OPCODE_TEXT for opcode in opcodes)
