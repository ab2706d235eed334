"""
The unfolding in daphne, on a clock that the tests turn.
"""
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.task import Clock

from channels_lts.layers.redis import RedisChannelLayer, bundle
from channels_lts.layers.redis.capabilities import DRAIN
from channels_lts.layers.redis.daphne.delivery import Delivery
from channels_lts.layers.redis.daphne.inbox import Inbox

from .sockets import PROCESS, Daphne, Reader, Socket, Wire

LIMIT = 4 * 2 ** 20  # bytes that wait for one browser
serialize = RedisChannelLayer().serialize


class SlowClock(Clock):
    """A clock that advances with each reading, as if work took time."""
    look = 0.0001

    def seconds(self):
        self.rightNow += self.look
        return super().seconds()


def entry(message, *names):
    return bundle.pack(0, serialize(message), names)


def single(message, name):
    return entry(dict(message, __asgi_channel__=PROCESS + name))


class Scene:
    def __init__(self, **sockets):
        self.clock = SlowClock()
        self.daphne = Daphne(**sockets)
        self.inbox = Inbox(self.clock)
        self.delivery = Delivery(self.clock, RedisChannelLayer(), PROCESS, self.daphne, self.inbox)
        self.reader = Reader(self.delivery)

    def run(self):
        for _ in range(10000):
            if not (self.delivery.entries or self.delivery.large or self.inbox.messages
                    or self.delivery.is_scheduled):
                return
            self.clock.advance(0.01)


@pytest.fixture
def many():
    sockets = {"s%d" % number: Socket() for number in range(5000)}
    scene = Scene(**sockets)
    scene.reader.start()
    scene.sockets = sockets
    return scene


def test_a_frame_reaches_every_socket_of_its_bundle_once():
    one, two, other = Socket(), Socket(), Socket()
    scene = Scene(one=one, two=two, other=other)
    scene.reader.start()
    scene.delivery.take([entry({"text": "hello"}, "one", "two", "gone")])
    assert (one.sent, two.sent, other.sent) == (["hello"], ["hello"], [])
    assert scene.reader.got == []


@pytest.mark.parametrize("message", [{"text": ""}, {"bytes": b""}])
def test_an_empty_frame_is_a_frame(message):
    one, two = Socket(), Socket()
    scene = Scene(one=one, two=two)
    scene.reader.start()
    scene.delivery.take([entry(message, "one"), single(message, "two")])
    assert (one.sent, two.sent) == ([""], [""])


def test_a_socket_with_an_extension_gets_the_frame_by_autobahn():
    one = Socket()
    one.websocket_extensions_in_use = ["permessage-deflate"]
    scene = Scene(one=one)
    scene.reader.start()
    scene.delivery.take([entry({"text": "hello"}, "one")])
    assert one.sent == ["compressed hello"]


def test_a_socket_that_was_sent_a_frame_is_still_asked_whether_it_is_there():
    one = Socket()
    scene = Scene(one=one)
    scene.reader.start()
    scene.delivery.take([entry({"text": "hello"}, "one")])
    assert one.last_data is None


@pytest.mark.parametrize("message", [
    {"accept": True}, {"close": True}, {"text": "x", "close": True}, {"text": None},
    {"text": "x", "unknown": 1}, {"text": "x", "bytes": b"y"},
])
def test_all_that_is_not_just_a_frame_is_left_to_daphne(message):
    one = Socket()
    scene = Scene(one=one)
    scene.reader.start()
    scene.delivery.take([entry(message, "one"), single(message, "one")])
    assert one.sent == []
    assert scene.reader.got == [(PROCESS + "one", message)] * 2


def test_a_frame_for_a_socket_that_is_connecting_is_left_to_daphne():
    one = Socket(is_open=False)
    scene = Scene(one=one)
    scene.reader.start()
    scene.delivery.take([entry({"text": "x"}, "one")])
    assert scene.reader.got == [(PROCESS + "one", {"text": "x"})]


def test_without_daphnes_factory_everything_comes_by_the_inbox():
    scene = Scene()
    scene.daphne.factory = None
    scene.reader.start()
    names = ["s%d" % number for number in range(100)]
    scene.delivery.take([entry({"text": "x"}, *names)])
    scene.run()
    assert sorted(scene.reader.got) == sorted((PROCESS + name, {"text": "x"}) for name in names)


def test_a_page_does_not_wait_for_a_frame_to_5000_sockets(many):
    many.delivery.take([entry({"text": "all"}, *many.sockets)])
    served = sum(bool(socket.sent) for socket in many.sockets.values())
    assert served < 5000
    many.daphne.protocols[PROCESS + "a-page"] = object()  # a request: no socket
    many.delivery.take([single({"status": 200, "content": b""}, "a-page")])
    assert many.reader.got == [(PROCESS + "a-page", {"status": 200, "content": b""})]
    assert sum(bool(socket.sent) for socket in many.sockets.values()) < 5000
    many.run()
    assert all(socket.sent == ["all"] for socket in many.sockets.values())


def test_a_page_does_not_wait_for_the_end_of_5000_sockets(many):
    end = {"text": "over", "close": 4403}
    many.delivery.take([entry(end, *many.sockets)])
    assert 0 < len(many.reader.got) < 1000
    many.daphne.protocols[PROCESS + "a-page"] = object()
    many.delivery.take([single({"status": 200}, "a-page")])
    at = many.reader.got.index((PROCESS + "a-page", {"status": 200}))
    assert at < 1000
    many.run()
    del many.reader.got[at]
    assert len(many.reader.got) == 5000
    assert dict(many.reader.got) == {PROCESS + name: end for name in many.sockets}


def test_what_is_for_many_waits_for_a_daphne_that_does_not_ask(many):
    many.reader.start = lambda: None
    many.delivery.take([entry({"accept": True}, *many.sockets)])
    many.run()
    assert len(many.reader.got) + len(many.inbox.messages) == 2
    del many.reader.start
    many.reader.start()
    assert len(many.reader.got) == 2  # so that no page waits for all the others
    many.run()
    assert len(many.reader.got) == 5000


def test_a_later_message_brings_the_earlier_ones_of_its_socket_first(many):
    many.delivery.take([entry({"text": "first"}, *many.sockets),
                        entry({"text": "second"}, *many.sockets),
                        single({"text": "third"}, "s0"),
                        single({"close": True}, "s1")])
    assert many.sockets["s0"].sent == ["first", "second", "third"]
    assert many.sockets["s1"].sent == ["first", "second"]
    many.run()
    assert many.sockets["s0"].sent == ["first", "second", "third"]
    assert many.sockets["s2"].sent == ["first", "second"]


def test_nothing_more_is_taken_from_redis_while_there_is_enough_to_do(many):
    idle = []
    many.delivery.when_idle().addCallback(idle.append)
    many.delivery.take([entry({"text": "x"}, *many.sockets)] * many.delivery.most_large)
    assert many.delivery.is_busy() and not idle
    many.run()
    assert idle == [None]


def test_an_entry_that_cannot_be_read_is_counted_and_the_next_one_arrives(log):
    one = Socket()
    scene = Scene(one=one)
    scene.reader.start()
    scene.delivery.take([b"\0\x02something newer", bundle.pack(0, b"\xc1", ["one"]),
                         entry({"text": "x"}, "one")])
    assert one.sent == ["x"]
    assert "bundle format 2, this process knows 1" in log.text


def test_a_browser_that_does_not_read_is_closed_before_it_fills_the_memory(log):
    stuck, reading = Socket(), Socket()
    stuck.transport = Wire(taken=0)
    scene = Scene(stuck=stuck, reading=reading)
    scene.reader.start()
    text = "x" * 100000
    for _ in range(LIMIT // 100000 + 2):
        scene.delivery.take([entry({"text": text}, "stuck", "reading")])
        stuck.transport.doWrite()
    assert stuck.closed_with == 1013
    assert len(stuck.transport.dataBuffer) + stuck.transport._tempDataLen < LIMIT + 101000
    assert reading.closed_with is None
    assert len(reading.sent) == LIMIT // 100000 + 2
    assert "reads too slowly" in log.text


def test_nor_can_messages_that_daphne_deals_with_fill_the_memory(log):
    stuck = Socket()
    stuck.transport = Wire(taken=0)
    scene = Scene(stuck=stuck)
    written = []

    def dispatch(channel, message):
        if stuck.state == stuck.STATE_OPEN:
            written.append(message)
            stuck.transport.write(message["text"].encode("utf8"))
    scene.reader.dispatch = dispatch
    scene.reader.start()
    for _ in range(2 * LIMIT // 100000):
        scene.delivery.take([single({"text": "x" * 100000, "accept": True}, "stuck")])
        stuck.transport.doWrite()
    assert stuck.closed_with == 1013
    assert len(written) <= LIMIT // 100000 + 2


def test_a_browser_that_is_always_a_little_behind_stays():
    slow = Socket()
    slow.transport = Wire(taken=100000)
    scene = Scene(slow=slow)
    scene.reader.start()
    for _ in range(3):
        scene.delivery.take([entry({"text": "x" * 100000}, "slow")])
    for _ in range(2 * LIMIT // 100000):
        scene.delivery.take([entry({"text": "x" * 100000}, "slow")])
        slow.transport.doWrite()
        assert slow.transport.producerPaused
    assert slow.closed_with is None


KINDS = st.sampled_from(["text", "accept", "single", "single accept"])
NAMES = st.lists(st.sampled_from(["s%d" % number for number in range(8)]), min_size=1, unique=True)


@given(posts=st.lists(st.tuples(KINDS, NAMES), max_size=30), small=st.integers(0, 3),
       taken=st.integers(1, 30), is_sleepy=st.booleans())
def test_every_socket_gets_what_was_sent_to_it_in_its_order(posts, small, taken, is_sleepy):
    sockets = {"s%d" % number: Socket() for number in range(8)}
    scene = Scene(**sockets)
    scene.clock.look = 0.002  # so slices are short
    scene.delivery.small, scene.delivery.few, scene.delivery.step = small, small, 1

    def dispatch(channel, message):
        sockets[channel[len(PROCESS):]].sent.append(message["text"])
    scene.reader = Reader(scene.delivery, dispatch, scene.clock if is_sleepy else None).start()
    expected = {name: [] for name in sockets}
    entries = []
    for number, (kind, names) in enumerate(posts):
        message = {"text": str(number)}
        if "accept" in kind:
            message["accept"] = True
        names = names[:1] if "single" in kind else names
        entries.append(single(message, *names) if "single" in kind else entry(message, *names))
        for name in names:
            expected[name].append(str(number))
    for at in range(0, len(entries), taken):
        scene.delivery.take(entries[at:at + taken])
        scene.clock.advance(0)
    scene.run()
    scene.clock.advance(1)
    assert {name: socket.sent for name, socket in sockets.items()} == expected


def test_a_message_to_the_process_itself_drains_daphne_and_no_other_message_does():
    scene = Scene(a=Socket())
    scene.reader.start()
    scene.delivery.take([single(DRAIN, "a"), entry(dict(DRAIN, more=1)), entry(DRAIN, "a")])
    scene.run()
    assert scene.daphne.drains == 0
    scene.delivery.take([single(DRAIN, ""), entry({"text": "x"}, "a")])
    scene.run()
    assert scene.daphne.drains == 1
    assert scene.daphne.protocols[PROCESS + "a"].sent == ["x"]
