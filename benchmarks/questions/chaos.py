"""
Workers and daphne are killed at random while people chat: is a message lost, or seen twice?
"""
import statistics

from .. import site
from ..figures import Check


def arguments(parser):
    parser.add_argument("--chaos-seconds", type=float, default=60,
                        help="how long processes are killed (default 60)")
    parser.add_argument("--chaos-people", type=int, default=20,
                        help="who talk, each every 1.2 seconds (default 20)")
    parser.add_argument("--chaos-seed", type=int, default=1, help="of the killings (default 1)")


def measure(options, left_out, say):
    from tests.live import chaos, people
    say("chaos: %d people, %d seconds" % (options.chaos_people, options.chaos_seconds))
    names = ["user%02d" % number for number in range(options.chaos_people)]
    with site.running(workers=3) as (deployment, _redis):
        people.open_rooms(deployment, ["chaos"])
        talkers, killed = chaos.talk(
            deployment, people.browsers(deployment, names), "chaos", options.chaos_seconds,
            options.chaos_seed, pause=1.2, settle=90)
    return summary(talkers, killed.killed)


def summary(talkers, killed):
    """What the talkers tell; `room` is the longest list of messages that one of them has."""
    room = max((talker.seen for talker in talkers), key=len)
    ids = [client_id for _user, _text, client_id in room.values()]
    return {
        "killed": dict(killed),
        "messages": len(room),
        "holes": len(set(range(1, len(room) + 1)) - set(room)),
        "doubles": len(ids) - len(set(ids)),
        "acknowledged": sum(len(talker.stored) for talker in talkers),
        "lost": sum(room.get(number, (None, None, None))[2] != client_id
                    for talker in talkers for client_id, number in talker.stored.items()),
        "different": sum(talker.seen != room for talker in talkers),
        "conflicts": sum(len(talker.conflicts) for talker in talkers),
        "connections": statistics.mean(talker.connections for talker in talkers),
        "refused": sum(talker.errors["rate_limited"] for talker in talkers),
    }


def tables(results):
    return [("Chat while processes are killed", ["what", "how many"], [
        ["workers killed", results["killed"]["worker"]],
        ["daphnes killed", results["killed"]["daphne"]],
        ["connections of each person, on average", "%.1f" % results["connections"]],
        ["messages stored", results["messages"]],
        ["messages that a client was told are stored", results["acknowledged"]],
        ["frames refused for being too many, and sent again", results["refused"]],
    ])]


def checks(results):
    return [Check("chaos: " + text, str(results[name]), results[name] == 0) for name, text in (
        ("lost", "acknowledged messages that are not stored"),
        ("doubles", "messages stored twice"),
        ("holes", "missing numbers"),
        ("conflicts", "numbers that changed their message"),
        ("different", "people who did not see every message once, in the same order"),
    )]
