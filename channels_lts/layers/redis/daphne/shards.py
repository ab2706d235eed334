"""
The servers, and what is under way to each.
"""
from redis.exceptions import ConnectionError

from .. import keys, scripts
from ..envelope import arguments
from .deadlines import DISCONNECT
from .in_flight import InFlight


class Shards:
    """Sends to one of the servers that may accept a message, and learns later whether it did."""
    closed_seconds = 120  # more than a connect can wait for a worker and then run

    def __init__(self, clock, layer, clients, on_room, on_sent):
        """
        `clients`: a RedisClient for each. `on_room()` is called after each answer from a server,
        `on_sent(envelope, shard)` when an Envelope has been written to one.
        """
        self.clock = clock
        self.layer = layer
        self.clients = clients
        self.on_room = on_room
        self.on_sent = on_sent
        self.in_flight = [InFlight() for _ in clients]

    def with_room(self, envelope):
        """The numbers of those that may accept it and are up, in the order to try them."""
        return [shard for shard in self.layer.shards_for(envelope.list)
                if self.clients[shard].is_up and self.in_flight[shard].has_room(envelope)]

    def is_any_up(self):
        """Whether any can be sent to."""
        return any(client.is_up for client in self.clients)

    def is_busy(self):
        """Whether any of them owes an answer."""
        return any(each.envelopes for each in self.in_flight)

    def why_not(self):
        """What to log if none has room."""
        return "Redis is too slow" if self.is_any_up() else "Redis is away"

    def _note_end(self, envelope):
        """
        Called before a socket's disconnect is sent: a consumer that handles its connect after that,
        or still does, puts it into no group and stores nothing.
        """
        channel = envelope.message["reply_channel"]
        for client in self.clients:
            client.command(("SET", keys.closed(self.layer.prefix, channel), "", "EX",
                            self.closed_seconds), lambda answer: None)

    def send(self, pending, shards, observer, answered):
        """
        Sends a Pending to the first of these shards that has room in the channel.
        `answered(pending, answer)` gets an answer of lua/send.lua, a ResponseError or a
        ConnectionError. `observer` is told of each try: `sent(pending, shard, until)` with the
        expiry, then `taken(pending)` or `not_taken(pending)`.
        """
        if pending.envelope.channel == DISCONNECT:
            self._note_end(pending.envelope)
        shard, others = shards[0], shards[1:]
        self.in_flight[shard].add(pending.envelope)

        def arrived(answer):
            self.in_flight[shard].remove(pending.envelope)
            if answer == scripts.TAKEN:
                self.layer.counters.sent(pending.envelope.list)
                observer.taken(pending)
            else:
                observer.not_taken(pending)
            if answer == scripts.FULL and others:
                self.send(pending, others, observer, answered)
            else:
                answered(pending, answer)
            if not isinstance(answer, ConnectionError):
                self.on_room()
        self.clients[shard].script(
            scripts.send, (), arguments(self.layer, pending.envelope), arrived)
        observer.sent(pending, shard, self.clock.seconds() + self.layer.expiry)
        self.on_sent(pending.envelope, shard)
