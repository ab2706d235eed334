"""
What the browser is told when its message can't be passed on.
"""
from channels_lts.security.daphne import closing

from ...metrics import REFUSED
from .frame_limit import FrameLimit

# Close codes, RFC 6455 and its registry
AGAINST_POLICY, TOO_LARGE, TRY_LATER = 1008, 1009, 1013

CONNECT, RECEIVE = "websocket.connect", "websocket.receive"
NOT_TAKEN = "websocket.connect is full, or Redis is away"
UNAVAILABLE = 503, "Service Unavailable", "Please try again later."
PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1><p>{1}</p></body></html>"


class Admission:
    """
    Answers in daphne's place, as daphne would have if it had known in time: 503, a refused
    handshake, close code 1013; 413 and 1009 for what exceeds the layer's size limits, and 1008 for
    too many frames.
    """
    lost_seconds = 5  # for a message that a worker is still busy with

    def __init__(self, clock, layer, daphne, inbox):
        self.clock = clock
        self.layer = layer
        self.daphne = daphne
        self.inbox = inbox
        self.frame_limit = FrameLimit(clock, layer.frame_rate, layer.frame_burst)

    def is_refused(self, envelope):
        """
        Whether an envelope is too large; if so, its sender is told, and it goes no further.
        """
        if envelope.channel == "http.request":
            size, name = len(envelope.message.get("body") or b""), "max_body"
        elif envelope.channel == RECEIVE:
            text = envelope.message.get("text")
            frame = envelope.message.get("bytes") if text is None else text.encode("utf8")
            size, name = len(frame), "max_frame"
        else:
            return False
        limit = getattr(self.layer, name)
        if size <= limit:
            return False
        self.layer.drop_log.note(envelope.list, reason="larger than %d bytes (%s)" % (limit, name))
        self.refuse(envelope, page=(413, "Payload Too Large", "The request is too large."),
                    code=TOO_LARGE)
        return True

    def is_one_too_many(self, protocol):
        """
        Call it once for each frame of any kind: whether a socket has sent more than it may. If so,
        it is closed.
        """
        is_closing = self.frame_limit.is_exceeded_by(protocol)
        if self.frame_limit.allows(protocol):
            return False
        self.layer.drop_log.note(
            RECEIVE, reason="a browser sends too many, it is closed (frame_rate, frame_burst)")
        if not is_closing:  # frames left in daphne's buffer come before the close
            self.clock.callLater(0, closing.close, protocol, AGAINST_POLICY)
        return True

    def refuse(self, envelope, page=UNAVAILABLE, code=TRY_LATER, may_have_arrived=False):
        """
        Tells the browser behind an envelope, in a later turn: daphne is still sending it. A connect
        that may have arrived is followed by a disconnect, to end what its consumer has begun.
        """
        reply_channel = envelope.message.get("reply_channel")
        if envelope.channel == "http.request":
            self.clock.callLater(0, self.inbox.put, reply_channel, response(*page))
            return
        if envelope.channel == CONNECT:
            self.layer.metrics.count(REFUSED, NOT_TAKEN)
        if envelope.channel in (CONNECT, RECEIVE):
            self.clock.callLater(0, self._end, envelope.channel, reply_channel, code,
                                 may_have_arrived)

    def answer_lost(self):
        """
        Call it when Redis has lost messages: requests, or their answers, may be among them.
        Requests that are still unanswered after `lost_seconds` are answered here.
        """
        waiting = self.daphne.unanswered()
        if waiting:
            self.clock.callLater(self.lost_seconds, self._answer, waiting)

    def _answer(self, requests):
        for reply_channel, request in self.daphne.unanswered().items():
            if requests.get(reply_channel) is request:
                self.inbox.put(reply_channel, response(*UNAVAILABLE))

    def _end(self, channel, reply_channel, code, may_have_arrived):
        protocol = self.daphne.protocols.get(reply_channel)
        if channel == CONNECT:
            if protocol is None:
                self.inbox.put(reply_channel, {"accept": False})
            else:
                # daphne's own mark: its end needn't be announced to anybody
                protocol.muted = not may_have_arrived
                closing.refuse(protocol, "Connection queue at capacity")
        elif protocol is None:
            self.inbox.put(reply_channel, {"close": True})
        else:
            closing.close(protocol, code)


def response(status, title, text):
    """The message of an answer with a page, in the form in which daphne gets it from a worker."""
    title = "%d %s" % (status, title)
    later = [(b"Retry-After", b"5")] if status == 503 else []
    return {
        "status": status,
        "headers": [(b"Content-Type", b"text/html; charset=utf-8"), *later],
        "content": PAGE.format(title, text).encode("utf8"),
    }
