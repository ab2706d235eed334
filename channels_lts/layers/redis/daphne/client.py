"""
A connection to one server that is re-established when lost.

Twisted's ClientService (23.8) isn't used: while its `prepareConnection`, our greeting, is under
way, it doesn't close a connection that is refused, raises NoTransition for one that is lost, and
takes the late end of an old connection for that of the new one, which it then abandons. With the
greeting after it instead, its backoff would restart with each connection to a server that answers
LOADING or NOAUTH.
"""
import functools

from redis.exceptions import ConnectionError, ResponseError
from twisted.internet import defer
from twisted.internet.protocol import Factory

from channels_lts.redis.backoff import backoff

from .. import scripts
from .resp import RedisProtocol


class RedisClient:
    """
    Keeps one connection to the server at `endpoint` open, from `start()` to `stop()`.

    `outage` logs its absence. The greeting ends with `probe`, a write command: a replica is as good
    as away, and its name may soon lead to another server. `on_up()` is called after each greeting.
    """
    answer_seconds = 5  # a server that is silent for longer is away
    grace_seconds = 0.5  # for what this process itself was too busy to send or read

    def __init__(self, reactor, clock, endpoint, outage, probe, on_up):
        self.reactor = reactor
        self.clock = clock
        self.endpoint = endpoint
        self.outage = outage
        self.probe = probe
        self.on_up = on_up
        self.factory = Factory.forProtocol(functools.partial(RedisProtocol, self._lost))
        self.protocol = None
        self.is_greeted = False
        self.is_stopped = False
        self.attempt = 0
        self.unanswered = 0  # scripts under way
        self.uncounted = 0  # commands sent since the last `take_count`
        self.forgotten = []  # calls whose scripts the server didn't know
        self.held = []  # and the calls that came after them

    @property
    def is_connected(self):
        """Whether there is a connection, whether greeted or ending."""
        return self.protocol is not None

    @property
    def is_up(self):
        """Whether commands may be sent."""
        return self.is_greeted and self.protocol.is_open

    def start(self):
        """Connects, and reconnects whenever the connection is lost."""
        connecting = defer.maybeDeferred(self.endpoint.connect, self.reactor, self.factory)
        connecting.addCallbacks(self._greet, self._failed, errbackArgs=(self.outage.clock(),))

    def stop(self):
        """Ends the connection; what was written before still goes out."""
        self.is_stopped = True
        if self.protocol is not None:
            self.protocol.end()

    def drop(self):
        """Breaks the connection off; a new one is made unless the client has been stopped."""
        if self.protocol is not None:
            self.protocol.close()

    def command(self, arguments, answered, seconds=answer_seconds):
        """
        Sends a command; `answered` gets the answer (see RedisProtocol). If none comes for
        `seconds`, and then for `grace_seconds` after the next `check`, the connection is dropped.
        """
        if self.is_up:
            self.uncounted += 1
            self.protocol.command(arguments, answered, self.clock.seconds() + seconds)
        else:
            answered(ConnectionError("not connected"))

    def take_count(self):
        """How many commands have been sent since the last call."""
        count, self.uncounted = self.uncounted, 0
        return count

    def script(self, script, keys, arguments, answered):
        """
        Runs a script, like `command`. The calls of each script run in order, even on a server that
        has lost it (SCRIPT FLUSH; after a restart the greeting loads it again); but if another
        client loads it meanwhile, calls already under way may overtake held ones.
        """
        call = script, keys, arguments, answered
        if self.forgotten:
            self.held.append(call)  # or there would always be one under way
        else:
            self._run(script.by_sha(keys, arguments), call)

    def _run(self, command, call):
        def checked(answer):
            self.unanswered -= 1
            if isinstance(answer, ResponseError) and str(answer).startswith("NOSCRIPT"):
                self.forgotten.append(call)
            else:
                call[-1](answer)
            if self.forgotten and not self.unanswered:
                self._run_again()
        self.unanswered += 1
        self.command(command, checked)

    def _run_again(self):
        calls, told = self.forgotten + self.held, set()
        self.forgotten, self.held = [], []
        for call in calls:
            script, keys, arguments, _ = call
            how = script.by_sha if script in told else script.in_full
            told.add(script)
            self._run(how(keys, arguments), call)

    def is_silent(self):
        """Whether it is down, or owes an answer."""
        return not self.is_up or bool(self.protocol.waiting)

    def check(self):
        """Call it every few seconds: finds a connection that has died silently."""
        if self._is_overdue():
            self.clock.callLater(
                self.grace_seconds, self._read_once_more, self.protocol, self.protocol.heard)

    def _is_overdue(self):
        return self.protocol is not None and self.protocol.is_overdue(self.clock.seconds())

    def _read_once_more(self, *known):
        # A busy reactor runs its timers first, and only then reads what has arrived.
        self.clock.callLater(0, self._drop_if_silent, *known)

    def _drop_if_silent(self, protocol, heard):
        if protocol is self.protocol and protocol.heard == heard and self._is_overdue():
            self.drop()

    def _failed(self, failure, asked_at):
        # Twisted's HostnameEndpoint reports a refusal 0.3 seconds late (its attemptDelay): another
        # client may have been greeted by then.
        if not self.is_stopped:
            self.outage.begin(failure.value, asked_at)
        self._again()

    def _greet(self, protocol):
        self.protocol = protocol
        if self.is_stopped:
            self.drop()
            return
        deadline = self.clock.seconds() + self.answer_seconds
        for command in self.endpoint.greeting():
            protocol.command(command, self._understood, deadline)
        for script in scripts.ALL:
            # A refusal doesn't matter: `script` sends scripts in full when they aren't known.
            protocol.command(script.load(), lambda answer: None, deadline)
        protocol.command(self.probe, self._greeted, deadline)

    def _understood(self, answer):
        """False for a refusal: a wrong password, a replica, data still being loaded."""
        if isinstance(answer, Exception):
            if not self.is_stopped:  # if it was, that is why it breaks
                self.outage.begin(answer)
            self.drop()
            return False
        return True

    def _greeted(self, answer):
        if not self._understood(answer):
            return
        self.attempt = 0
        self.is_greeted = True
        self.outage.end()
        self.on_up()

    def _lost(self, protocol, error):
        if protocol is not self.protocol:  # its endpoint has given it up
            return
        was_up, self.is_greeted, self.protocol = self.is_greeted, False, None
        if was_up and not self.is_stopped:
            self.outage.begin(error)  # a failed greeting has been logged: it may be over by now
        self._again()

    def _again(self):
        if self.is_stopped:
            return
        self.clock.callLater(backoff(self.attempt), self.start)
        self.attempt += 1
