"""How the questions evaluate given measurements."""
from unittest import mock

import pytest

from benchmarks import report
from benchmarks.questions import (
    chaos,
    connect,
    fanout,
    guards,
    idle,
    memory,
    page,
    presence,
    python,
    rooms,
    site,
    steps,
)


def sent(latency, blocked=0.001, delivered=1.0):
    return {"open": 3000, "failed": {}, "closed": 0, "delivered": [1.0, delivered], "strays": 0,
            "latency": [latency, latency], "median_socket": [latency / 2, None],
            "blocked": [blocked, blocked]}


def fanned_out(**contestants):
    turns = {"floor": sent(0.1), "workshop": sent(0.12), "channels4": sent(1.2),
             "channels4-pubsub": sent(0.9), "stock-raised": sent(1.3, blocked=1.0)}
    turns.update(contestants)
    return {"3000": turns}


def met(module, results, text):
    found = [check.met for check in module.checks(results) if text in check.text]
    assert len(found) == 1, found
    return found[0]


def test_the_last_socket_is_compared_with_the_floor():
    assert met(fanout, fanned_out(), "workshop / floor, the least") is True
    slow = fanned_out(workshop=sent(0.17))
    assert met(fanout, slow, "workshop / floor, the least") is False


def test_each_layer_of_channels_4_has_to_be_five_times_slower_at_3000():
    assert met(fanout, fanned_out(), "channels4 / workshop") is True
    assert met(fanout, fanned_out(), "channels4-pubsub / workshop") is True
    assert met(fanout, fanned_out(workshop=sent(0.2)), "channels4-pubsub / workshop") is False


def test_the_sites_links_are_served_nearly_as_fast_as_by_gunicorn():
    def served(ours, theirs):
        turns = {"p50": [0.01], "p99": [0.02], "errors": 0}
        return {"/links/": {"32": {site.OURS: dict(turns, per_second=[ours]),
                                   site.THEIRS: dict(turns, per_second=[theirs])}}}
    assert met(site, served(95, 100), "/links/") is True
    assert met(site, served(85, 100), "/links/") is False
    (title, _header, rows), = site.tables(served(95, 100))
    assert title == "/links/, 32 clients at a time"
    assert [row[0] for row in rows] == [site.OURS, site.THEIRS]


def test_a_peer_that_loses_messages_is_reported_as_such():
    results = fanned_out(channels4=sent(1.2, delivered=0.99))
    check, = [each for each in fanout.checks(results) if "channels4 / workshop" in each.text]
    assert "99.0 % only" in check.measured
    assert check.met is True


def test_our_own_time_counts_only_if_everything_arrived():
    results = fanned_out(workshop=sent(0.12, delivered=0.999))
    assert met(fanout, results, "workshop delivers everything") is False
    assert met(fanout, results, "workshop / floor, the least") is None


def test_the_sender_may_be_blocked_a_fiftieth_of_stock():
    assert met(fanout, fanned_out(), "sender blocked") is True
    assert met(fanout, fanned_out(workshop=sent(0.12, blocked=0.021)), "sender blocked") is False


def test_a_contestant_that_is_missing_leaves_its_demands_open():
    results = {"3000": {"workshop": sent(0.12)}}
    assert met(fanout, results, "workshop / floor, the least") is None
    assert met(fanout, results, "channels4 / workshop") is None
    assert met(fanout, results, "sender blocked") is None


def test_pages_are_compared_with_the_better_of_the_others():
    def asked(per_second, p50=0.002):
        return {"p50": [p50], "p99": [p50], "per_second": [per_second], "errors": 0}
    results = {"1": {"workshop": asked(500), "channels4": asked(500)},
               "32": {"workshop": asked(1200), "stock": asked(900), "channels4": asked(500)}}
    assert met(page, results, "serial page") is True
    assert met(page, results, "pages a second") is False


def test_rooms_may_not_lose_a_frame_nor_be_slower_than_stock():
    def in_rooms(received, seconds):
        return {"open": 30, "expected": 30,
                "burst": {"received": [received], "strays": 0, "latency": [seconds],
                          "blocked": [0.1]},
                "talk": {"received": [30], "strays": [0], "seconds": [0.1], "p50": [None],
                         "p99": [0.1]}}
    results = {"here": {"workshop": in_rooms(29, 0.2), "stock-raised": in_rooms(30, 0.3)}}
    assert met(rooms, results, "burst: workshop delivers everything") is False
    assert met(rooms, results, "burst: time of workshop / stock-raised") is True
    assert "29" in report.section(rooms, results)


def test_idle_counts_the_commands_of_daphne_and_worker_together():
    before = {"at": 10, "server": 1.0, "worker": 2.0, "commands": {"blpop": 5}}
    after = {"at": 40, "server": 1.5, "worker": 2.0, "commands": {"blpop": 20, "ping": 30}}
    results = {"workshop": idle.difference(before, after)}
    assert results["workshop"]["server"] == 1.0
    assert results["workshop"]["commands"] == {"blpop": 0.5, "ping": 1.0}
    assert met(idle, results, "idle") is False


def test_a_refused_storm_is_shown_with_its_reasons():
    turn = {"seconds": [2.0], "opened": [249], "failed": [{"503": 751}], "p50": [None],
            "p99": [0.2]}
    results = {"group": {"stock": turn}}
    assert "503: 751" in report.section(connect, results)
    assert [check.met for check in connect.checks(results)] == [None, None]


def test_memory_is_reported_per_socket():
    results = {"stock": {"empty": 67e6, "open": 1050, "per_socket": 18000.0,
                         "per_socket_after_sends": 19000.0}}
    assert "18.0" in report.section(memory, results)


def test_the_report_names_the_demands_that_were_missed():
    results = {"fanout": fanned_out(workshop=sent(0.2))}
    misses = report.misses({"fanout": fanout}, results)
    assert any("workshop / floor" in line for line in misses)
    assert not any("delivers everything" in line for line in misses)


def conversation(**changes):
    talker = mock.Mock(seen={1: ("a", "hi", "x"), 2: ("b", "ho", "y")}, stored={"x": 1, "y": 2},
                       conflicts=[], connections=1, errors={"rate_limited": 0})
    talker.configure_mock(**changes)
    return chaos.summary([talker, talker], {"worker": 3, "daphne": 1})


@pytest.mark.parametrize("changes,demand", [
    ({"stored": {"z": 2}}, "not stored"),
    ({"seen": {1: ("a", "hi", "x"), 2: ("a", "hi", "x")}}, "twice"),
    ({"seen": {2: ("b", "ho", "y")}}, "missing"),
    ({"conflicts": [1]}, "changed"),
])
def test_chaos_finds_what_is_lost_and_what_is_doubled(changes, demand):
    assert all(check.met for check in chaos.checks(conversation()))
    assert met(chaos, conversation(**changes), demand) is False


def test_chaos_finds_people_who_see_another_room():
    one, two = (mock.Mock(seen=seen, stored={}, conflicts=[], connections=1,
                          errors={"rate_limited": 0})
                for seen in ({1: ("a", "hi", "x")}, {}))
    assert chaos.summary([one, two], {"worker": 0, "daphne": 0})["different"] == 1


def test_presence_tells_of_the_whole_sites_commands():
    results = {"sockets": 2000, "present": 2000, "without": {"worker": 1, "commands": 1.4},
               "with": {"worker": 3, "commands": 9}}
    (_, _, rows), = presence.tables(results)
    assert ["Redis commands a second", "1.40", "9", "7.60"] in rows


def test_presence_counts_only_if_everybody_is_still_present():
    results = {"sockets": 2000, "present": 2000, "without": {"worker": 1}, "with": {"worker": 3}}
    assert met(presence, results, "one worker") is True
    assert met(presence, dict(results, present=1999), "still count") is False
    assert met(presence, dict(results, **{"with": {"worker": 9}}), "one worker") is False


def guarded(*turns, name="guarded"):
    """The costs of a page in three rounds; in the second the machine was busy."""
    def costs(*each):
        return {"daphne": [0.001] * 3, "worker": [0.001] * 3, "all": list(each)}
    return {"a page": {"bare": costs(0.002, 0.006, 0.002), name: costs(*turns)}}


def test_guards_are_compared_with_the_same_project_without_them_round_by_round():
    of_guards, _ = guards.tables(guarded(0.0024, 0.0066, 0.002))
    _, header, (row,) = of_guards
    costs = dict(zip(header, row))
    assert costs["with / without"] == "1.10 (1.00–1.20)"
    assert (costs["without"], costs["limits None / without"]) == ("1000 + 1000", "–")
    assert met(guards, guarded(0.0024, 0.0066, 0.002), "a page") is True
    assert met(guards, guarded(0.0026, 0.0078, 0.0026), "a page") is False


def test_a_contestant_that_failed_is_not_compared():
    assert met(guards, guarded(0.002, 0.002, 0.002, name="unbounded"), "a page") is None


def test_an_upload_has_the_size_that_its_row_says():
    _, body = guards.upload(1024)
    assert len(body) == 1024 and body.endswith("--frontier--\r\n")


def test_a_frame_that_is_lost_with_our_layer_is_a_miss():
    turns = {"page_ms": [5.0], "save_ms": [10.0], "lost": [0.0], "commands": [1.0]}
    results = {"stock": dict(turns, lost=[0.3]), "layer": turns, "commands": turns}
    assert [check.met for check in steps.checks(results)] == [True, True]
    results["layer"] = dict(turns, lost=[0.0, 0.0002])
    assert [check.met for check in steps.checks(results)] == [False, True]
    (_, _, rows), = steps.tables(results)
    assert rows[2][1] == "30.0 (30.0 to 30.0)"


def test_the_pythons_are_asked_the_same_with_as_many_sockets():
    asked = {}
    parts = {name: mock.Mock(**{"measure.side_effect": lambda options, *_rest, name=name:
                                asked.setdefault(name, options)}) for name in python.PARTS}
    with mock.patch.object(python, "PARTS", parts):
        python.measure(mock.Mock(python_sockets=70, contestants=["stock"]), {}, print)
    assert set(asked) == {"fanout", "connect", "page", "memory"}
    for options in asked.values():
        assert options.contestants == ["python-3.%d" % minor for minor in range(7, 14)]
        assert (options.sizes, options.storm, options.memory_sockets) == ([70], 70, 70)
