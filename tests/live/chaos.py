"""
Workers and daphne killed at random while people talk. Used by a test and by a benchmark.
"""
import random
import time

import websocket

from ..support.waiting import wait_for
from .talker import Talker


def connector(deployment, browser, room):
    cookie = "; ".join("%s=%s" % pair for pair in browser.session.cookies.get_dict().items())

    def connect():
        return websocket.create_connection(
            "%s/ws/chat/%s/" % (deployment.url.replace("http://", "ws://"), room),
            timeout=6, origin=deployment.url, cookie=cookie)
    return connect


def talkers(deployment, browsers, room, pause):
    return [Talker(connector(deployment, browser, room), name, pause)
            for name, browser in sorted(browsers.items())]


class Chaos:
    """Kills with SIGKILL and starts again, at times drawn from `seed`."""

    def __init__(self, deployment, seed, shortest=0.2, longest=1.5, share_of_daphne=0.2):
        self.deployment = deployment
        self.random = random.Random(seed)
        self.shortest, self.longest = shortest, longest
        self.share_of_daphne = share_of_daphne
        self.killed = {"worker": 0, "daphne": 0}

    def rage(self, seconds):
        first = [self.kill_worker, self.kill_daphne]  # whatever time a slow machine takes for it
        self.random.shuffle(first)
        end = time.monotonic() + seconds
        while first or time.monotonic() < end:
            time.sleep(self.random.uniform(self.shortest, self.longest))
            kill = first.pop() if first else self.choose()
            kill()

    def choose(self):
        is_daphne = self.random.random() < self.share_of_daphne
        return self.kill_daphne if is_daphne else self.kill_worker

    def kill_daphne(self):
        self.killed["daphne"] += 1
        self.deployment.daphne.kill()
        self.deployment.start_daphne()

    def kill_worker(self):
        self.killed["worker"] += 1
        workers = self.deployment.workers
        workers.pop(self.random.randrange(len(workers))).kill()
        self.deployment.start_workers()


def talk(deployment, browsers, room, seconds, seed, pause=0.5, settle=120):
    """
    Lets everybody talk through `seconds` of chaos, then waits until all have seen all. Returns
    (the talkers, the Chaos).
    """
    everybody = talkers(deployment, browsers, room, pause)
    chaos = Chaos(deployment, seed)
    try:
        for talker in everybody:
            talker.start()
        wait_for(lambda: all(talker.connections for talker in everybody), 20, "everybody's arrival")
        chaos.rage(seconds)
        for talker in everybody:
            talker.quiet()
        wait_for(lambda: all(talker.is_done() for talker in everybody), settle,
                 "answers for all that was said")
        most = max(talker.newest for talker in everybody)
        wait_for(lambda: all(talker.complete >= most for talker in everybody), settle,
                 "everybody to see all %d messages: %r" % (
                     most, [talker.complete for talker in everybody]))
    finally:
        for talker in everybody:
            talker.stop()
    return everybody, chaos
