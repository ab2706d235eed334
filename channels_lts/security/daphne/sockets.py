"""
daphne's sockets, with limits on everything a browser may send.
"""
from channels_lts.conf import settings

from .budgets import budget
from .clock import SteadyTime
from .deadline import Deadline
from .handshake import HandshakeSocket
from .intake import Intake
from .round_robin import RoundRobin

AGAINST_POLICY = 1008  # RFC 6455, section 7.4.1
CLOSE = 8  # opcode
TOO_LATE = "a handshake has no answer in time (--websocket_connect_timeout)"


class SocketGuard:
    """
    Creates the sockets of one daphne (autobahn's factory uses it as a protocol class), and holds
    their shared state.
    """

    def __init__(self, clock, clients, is_one_too_many, log, response_headers, proxy_headers,
                 on_refused=lambda reason: None):
        """
        `is_one_too_many(socket)`: whether a frame exceeds what its sender may send; the socket is
        then closed. `log`: a RefusalLog. `on_refused(reason)`: called for a handshake that no
        worker has answered. For the rest see HandshakeSocket.
        """
        self.on_refused = on_refused
        self.clock = clock
        self.clients = clients
        self.is_one_too_many = is_one_too_many
        self.log = log
        self.response_headers = response_headers
        self.proxy_headers = proxy_headers
        self.turns = RoundRobin(clock)  # of the sockets with more than a slice to process
        self.paused = set()  # transports
        self.is_stopping = False

    def __call__(self):
        return GuardedSocket(self)

    def note_slow(self, setting, address):
        """Logs the setting that slows down reading from an address; None: there is none."""
        if setting is not None:
            self.log.note("bytes or frames are read more slowly (%s)" % setting, address or "")

    def pause(self, transport):
        """Stops reading from a transport, unless the process is ending."""
        if not self.is_stopping:
            self.paused.add(transport)
            transport.pauseProducing()

    def resume(self, transport):
        """Resumes reading, if it was `pause` that stopped it."""
        if transport in self.paused:
            self.paused.discard(transport)
            transport.resumeProducing()

    def stop(self):
        """Resumes reading: a stopping reactor only notifies transports that it reads or writes."""
        self.is_stopping = True
        for transport in list(self.paused):
            self.resume(transport)


class GuardedSocket(HandshakeSocket):
    """
    Counts every byte and every frame. Bytes beyond a budget are read later (see Intake); a frame
    beyond the layer's limit closes the socket with 1008, and so does a message that takes too long.

    A ping isn't answered while more than 64 KiB wait for the browser: a client that pings and never
    reads would fill daphne's memory. RFC 6455, section 5.5.3, only requires an answer to the last
    ping.
    """
    socket_opened = SteadyTime()
    last_data = SteadyTime()
    most_frames = 64  # processed in one turn of the reactor
    most_excess = 500  # frames checked after one too many, in search of the close
    closing_seconds = 5  # for the other side to read what was sent, and with TLS to say so

    def __init__(self, guard):
        super().__init__(guard.log, guard.response_headers, guard.proxy_headers)
        self.guard = guard
        self.client = self.deadline = None
        self.closing = Deadline(guard.clock, lambda: self.transport.abortConnection())
        self.intake = Intake(self, guard, budget(settings.SOCKET_BYTES, guard.clock.seconds()))
        self.frames_left = self.most_frames
        self.excess = 0
        self.began_at = guard.clock.seconds()

    def begin_handshake(self, head, scheme):
        """From now on the socket counts towards its address."""
        size = len(bytes(head))
        super().begin_handshake(head, scheme)
        address = getattr(self, "client_addr", None)
        self.client = self.guard.clients.enter(address and address[0])
        self.intake.begin(self.client, size)

    def dataReceived(self, data):
        if self.state == self.STATE_CONNECTING:
            super().dataReceived(data)
        else:
            self.intake.add(data)

    def onOpen(self):
        super().onOpen()
        self.intake.open()

    def parse(self, data):
        """Processes new data, or continues where it stopped; returns the number of frames begun."""
        self.frames_left = self.most_frames
        if self.excess <= self.most_excess:
            super().dataReceived(data)
            if self.inside_message and self.deadline is None:
                self._set_deadline()
        return self.most_frames - self.frames_left

    def has_more(self):
        """Whether the last `parse` stopped at the frame limit."""
        return (not self.frames_left and bool(self.data) and self.state != self.STATE_CLOSED
                and self.excess <= self.most_excess)

    def consumeData(self):
        if self.state not in (self.STATE_OPEN, self.STATE_CLOSING):
            super().consumeData()
            return
        while ((self.frames_left or self.current_frame is not None) and self.processData()
               and self.state != self.STATE_CLOSED):
            pass

    def onFrameBegin(self):
        self.frames_left -= 1
        if self.current_frame.opcode != CLOSE and self.guard.is_one_too_many(self):
            self.failedByMe = True  # autobahn's own mark: it collects no more messages
            self.excess += 1
        super().onFrameBegin()

    def onMessageEnd(self):
        if self.deadline is not None:
            self._forget_deadline()
        super().onMessageEnd()

    def onPing(self, payload):
        if not (self.failedByMe or self.transport.producerPaused):
            super().onPing(payload)

    def check_ping(self):
        # daphne would refuse it with 403, as if a worker had.
        if self.state != self.STATE_CONNECTING:
            super().check_ping()
        elif self._has_waited_too_long():
            self.guard.log.note(TOO_LATE, self.client.address or "")
            self.guard.on_refused(TOO_LATE)
            self.give_up("No answer in time")

    def _has_waited_too_long(self):
        most = self.main_factory.websocket_connect_timeout
        return 0 <= most < self.guard.clock.seconds() - self.began_at

    def onAutoPingTimeout(self):
        # Its pong may be among the waiting data: daphne's next ping asks again.
        if self.intake.is_waiting:
            self.autoPingPending = self.autoPingTimeoutCall = None
        else:
            super().onAutoPingTimeout()

    def dropConnection(self, abort=False):
        self.intake.stop()
        if not abort and self.state != self.STATE_CLOSED:
            self.closing.begin(lambda: self.closing_seconds)
        super().dropConnection(abort)

    def connectionLost(self, reason):
        self.intake.finish()
        self._forget_deadline()
        super().connectionLost(reason)
        self.closing.end()
        if self.client is not None:
            self.guard.clients.leave(self.client)

    def _set_deadline(self):
        seconds = settings.MESSAGE_SECONDS
        if seconds is not None:
            self.deadline = self.guard.clock.callLater(seconds, self._end_message)

    def _forget_deadline(self):
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None

    def _end_message(self):
        self.deadline = None
        if self.intake.is_waiting:  # it is late because it isn't being read
            self._set_deadline()
            return
        self.guard.log.note("a message that isn't finished in time (MESSAGE_SECONDS)",
                            self.client.address or "")
        self.failedByMe = True
        if self.state == self.STATE_OPEN:
            self.sendCloseFrame(code=AGAINST_POLICY, isReply=False)
