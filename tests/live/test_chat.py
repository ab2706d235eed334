"""
Chat and presence with real processes, some of which are killed.
"""
import time

import pytest

from ..support.waiting import wait_for
from . import chaos
from .deployment import Deployment, running
from .people import browsers, open_rooms
from .sockets import LiveSocket

NAMES = ["alice", "bob", "carol", "dave", "erin", "frank"]
QUICK = {"DJANGO_SETTINGS_MODULE": "tests.live.quick"}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def fragile(request, tmp_path_factory, redis_url):
    """A deployment of which processes may be killed; presence is quick."""
    database_url = None
    if request.param == "postgresql":
        database_url = request.getfixturevalue("postgres_url")
    with running(Deployment(tmp_path_factory.mktemp("chat"), redis_url, database_url,
                            workers=3, **QUICK)) as deployment:
        open_rooms(deployment, ["lobby"])
        yield deployment


@pytest.fixture(scope="module")
def people(fragile):
    return browsers(fragile, NAMES)


@pytest.fixture
def window(fragile, people):
    """Opens chat windows that are closed after the test."""
    opened = []

    def open_window(name, path="/ws/chat/lobby/"):
        opened.append(LiveSocket(fragile, path, people[name]))
        return opened[-1]
    yield open_window
    for socket in opened:
        socket.close()


def kind(name, **others):
    return lambda frame: frame["type"] == name and all(
        frame[key] == value for key, value in others.items())


def expect_users(socket, expected):
    """Follows the frames until these are the people in the room."""
    present = None
    socket.say({"action": "who"})
    while present != set(expected):
        frame = socket.frame()
        if frame["type"] == "user_list":
            present = set(frame["users"])
        elif present is not None and frame["type"] in ("user_join", "user_leave"):
            (present.add if frame["type"] == "user_join" else present.discard)(frame["user"])


def users(socket):
    socket.say({"action": "who"})
    return socket.frame_like(kind("user_list"))["users"]


def test_the_hello_is_the_first_frame_and_the_list_follows(window):
    socket = window("alice")
    hello = socket.frame()
    assert (hello["type"], hello["room"], hello["me"]) == ("tester_message", "lobby", "alice")
    assert "alice" in socket.frame_like(kind("user_list"))["users"]


def test_what_is_said_reaches_the_others_and_is_acknowledged(window):
    alice, bob = window("alice"), window("bob")
    bob.frame_like(kind("user_list"))
    alice.say({"message": "hello", "id": "hello-1"})
    stored = alice.frame_like(kind("message_stored", id="hello-1"))
    assert bob.frame_like(kind("chat_message"))["number"] == stored["number"]
    alice.say({"message": "/pm bob psst"})
    assert bob.frame_like(kind("private_message"))["message"] == "psst"


def test_a_room_that_is_closed_says_so_and_closes_its_windows(fragile, window):
    open_rooms(fragile, ["short"])
    socket = window("alice", "/ws/chat/short/")
    socket.frame_like(kind("user_list"))
    fragile.manage("shell", "-c", "from chat.models import Room; "
                   "room = Room.objects.get(key='short'); room.closed = True; room.save()")
    assert socket.frame_like(kind("room_closed"))["room"] == "short"
    assert socket.close_code() == 4403
    late = window("alice", "/ws/chat/short/")
    assert late.frame() == {"type": "room_closed", "room": "short"}
    assert late.close_code() == 4403


def test_who_joins_too_often_is_told_and_closed(window):
    for socket in (window("frank") for _ in range(50)):  # some may fall into the minute before
        first = socket.frame()
        if first["type"] == "error":
            break
    assert first["code"] == "rate_limited" and first["retry_after"] > 0
    assert socket.close_code() == 4429


def test_two_windows_count_once_and_closing_one_changes_nothing(window):
    watcher, first, second = window("bob"), window("carol"), window("carol")
    watcher.frame_like(kind("user_list"))
    expect_users(watcher, ["bob", "carol"])
    first.close()
    second.say({"message": "still here"})
    watcher.frame_like(kind("chat_message", message="still here"))
    assert users(watcher) == ["bob", "carol"]
    second.close()
    assert watcher.frame_like(kind("user_leave"))["user"] == "carol"
    assert users(watcher) == ["bob"]


def test_a_restart_of_all_workers_changes_nothing(fragile, window):
    watcher, other = window("bob"), window("carol")
    expect_users(watcher, ["bob", "carol"])
    for worker in fragile.workers:
        worker.stop()
    fragile.workers = []
    fragile.start_workers()
    other.say({"message": "after the deploy"})
    told = []
    watcher.frame_like(
        lambda frame: told.append(frame) or frame.get("message") == "after the deploy")
    assert not [frame for frame in told if frame["type"] in ("user_leave", "user_join")]
    assert users(watcher) == ["bob", "carol"]


def test_a_killed_daphne_takes_people_offline(fragile, window, people):
    window("carol").frame_like(kind("user_list"))
    expect_users(window("bob"), ["bob", "carol"])
    restart_daphne(fragile)
    watcher = window("bob")
    expect_users(watcher, ["bob"])  # carol may have gone before he was back


def test_a_disconnect_that_got_lost_takes_people_offline(fragile, window):
    watcher, other = window("bob"), window("carol")
    expect_users(watcher, ["bob", "carol"])
    for worker in fragile.workers:
        worker.kill()
    fragile.workers = []
    other.close()
    disconnects = wait_for(
        lambda: fragile.redis.keys("*websocket.disconnect"), 10, "the disconnect")
    fragile.redis.delete(*disconnects)
    fragile.start_workers()
    assert watcher.frame_like(kind("user_leave"))["user"] == "carol"


@pytest.fixture
def pinging(fragile):
    """daphne pings every 2 seconds, and waits for 2 seconds."""
    fragile.daphne_options = ["--ping-interval", "2", "--ping-timeout", "2"]
    restart_daphne(fragile)
    yield fragile
    fragile.daphne_options = []
    restart_daphne(fragile)


def restart_daphne(deployment):
    deployment.daphne.kill()
    deployment.start_daphne()
    wait_for(deployment.is_healthy, 20, "a new daphne")


def test_a_pulled_cable_takes_people_offline_in_a_busy_room_too(pinging, window):
    watcher, silent = window("bob"), window("carol")
    expect_users(watcher, ["bob", "carol"])
    told = []

    def is_over():
        watcher.say({"message": "are you there?"})
        watcher.frame_like(lambda frame: told.append(frame) or frame["type"] == "chat_message")
        # Not more often than the limit of the chat allows.
        return {"type": "user_leave", "user": "carol"} in told or time.sleep(1.2)
    wait_for(is_over, 15, "the end of somebody who answers no ping")
    assert silent.socket.connected  # it has closed nothing itself


@pytest.mark.parametrize("seed", [1])
def test_no_message_is_lost_or_doubled_while_processes_are_killed(fragile, people, seed):
    room = "chaos%d" % seed
    open_rooms(fragile, [room])
    talkers, killed = chaos.talk(fragile, people, room, seconds=10, seed=seed)
    check_that_nothing_was_lost(talkers)
    assert killed.killed["worker"] and killed.killed["daphne"]


def check_that_nothing_was_lost(talkers):
    seen = talkers[0].seen
    ids = [client_id for _user, _text, client_id in seen.values()]
    assert sorted(seen) == list(range(1, len(seen) + 1))
    assert len(set(ids)) == len(ids)
    for talker in talkers:
        assert talker.problem is None
        assert talker.conflicts == []
        assert talker.seen == seen
        for client_id, number in talker.stored.items():
            assert seen[number][0] == talker.name and seen[number][2] == client_id
