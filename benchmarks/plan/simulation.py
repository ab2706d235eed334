"""
Plays a plan: messages that arrive at random, and wait at daphnes, Redis servers and workers until
those have done what came before. It says what multiplication can't: how long one waits, and how
unevenly chance spreads the work.
"""
import heapq
import random
from collections import Counter, namedtuple
from itertools import count

from ..figures import percentile
from .arithmetic import PING_SECONDS

PING_LOOP = 2  # daphne checks every 2 seconds which sockets to ping

# `busy` {"daphne", "worker", "redis": (share of their time on average, of the busiest)};
# `delays`: seconds from a socket's frame to the last of its room, p50 and p99
Outcome = namedtuple("Outcome", "busy delays frames")


class Station:
    """`places` that each do one thing at a time, in the order in which things came."""

    def __init__(self, places=1):
        self.free = [0.0] * places
        self.worked = 0.0

    def serve(self, now, seconds):
        """When it is done."""
        start = max(now, self.free[0])
        heapq.heapreplace(self.free, start + seconds)
        self.worked += seconds
        return start + seconds


class Simulation:
    """
    One run of `seconds`. A journey is a generator of (station, seconds of work there), which goes
    on when that is done and is told the time.
    """

    def __init__(self, load, costs, planned, seconds, seed=1, coming_back=0):
        """`coming_back`: sockets that connect a second, beside those of every day."""
        self.load = load
        self.costs = costs
        self.seconds = seconds
        self.random = random.Random(seed)
        self.coming_back = coming_back
        self.daphnes = [Station() for _ in range(planned.daphnes)]
        self.shards = [Station() for _ in range(planned.shards)]
        self.workers = Station(planned.workers)
        self.events = []
        self.number = count()
        self.delays = []

    def run(self):
        self._arrive()
        while self.events:
            now, _, journey = heapq.heappop(self.events)
            self._step(now, journey)
        return Outcome(
            {"daphne": self._busy(self.daphnes), "redis": self._busy(self.shards),
             "worker": (self.workers.worked / len(self.workers.free) / self.seconds,) * 2},
            (percentile(self.delays, 50), percentile(self.delays, 99)), len(self.delays))

    def _busy(self, stations):
        shares = [station.worked / self.seconds for station in stations]
        return sum(shares) / len(shares), max(shares)

    def _step(self, now, journey):
        try:
            station, seconds = journey.send(now)
        except StopIteration:
            return
        heapq.heappush(self.events, (station.serve(now, seconds), next(self.number), journey))

    def _start(self, now, journey):
        next(journey)  # to where it is told the time
        heapq.heappush(self.events, (now, next(self.number), journey))

    def _arrive(self):
        for rate, make in ((self.load.frames, self._frame),
                           (self.load.pages, lambda: self._answered(self.costs.page)),
                           (self.load.connects + self.coming_back,
                            lambda: self._answered(self.costs.connect))):
            now = self.random.expovariate(rate)
            while now < self.seconds:
                self._start(now, make())
                now += self.random.expovariate(rate)
        self._ping()

    def _ping(self):
        """All that are due, at once."""
        due = self.load.sockets / len(self.daphnes) * PING_LOOP / PING_SECONDS
        for station in self.daphnes:
            now = self.random.uniform(0, PING_LOOP)
            while now < self.seconds:
                self._start(now, self._work(station, due * self.costs.ping.daphne))
                now += PING_LOOP

    def _work(self, station, seconds):
        yield
        yield station, seconds

    def _answered(self, cost):
        """What goes to a worker and comes back."""
        daphne = self.random.choice(self.daphnes)
        yield
        yield daphne, cost.daphne / 2
        yield self.random.choice(self.shards), cost.redis / 2
        yield self.workers, cost.worker
        yield self.random.choice(self.shards), cost.redis / 2
        yield daphne, cost.daphne / 2

    def _frame(self):
        cost, member, bundle = self.costs.frame, self.costs.member, self.costs.bundle
        pick, others = self.random.choice, self.load.room - 1
        begun = yield
        yield pick(self.daphnes), cost.daphne / 2
        yield pick(self.shards), cost.redis / 2
        yield self.workers, cost.worker + others * member.worker
        now = yield pick(self.shards), cost.redis / 2 + others * member.redis
        there = self._places()
        left = [len(there)]
        for place, (number, members) in enumerate(there.items()):
            first = place == 0  # is in the cost of the frame
            self._start(now, self._delivery(
                begun, left, self.daphnes[number], self.shards[number % len(self.shards)],
                0 if first else bundle.redis,
                (cost.daphne / 2 if first else bundle.daphne)
                + (members - first) * member.daphne))

    def _places(self):
        """{daphne: members of a room there}"""
        daphnes = len(self.daphnes)
        among, first = self.load.among(daphnes), self.random.randrange(daphnes)
        return Counter((first + self.random.randrange(among)) % daphnes
                       for _ in range(self.load.room))

    def _delivery(self, begun, left, daphne, shard, redis_seconds, daphne_seconds):
        yield
        if redis_seconds:
            yield shard, redis_seconds
        now = yield daphne, daphne_seconds
        left[0] -= 1
        if not left[0]:
            self.delays.append(now - begun)
