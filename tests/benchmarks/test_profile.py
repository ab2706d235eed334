"""How py-spy's stacks are evaluated and reported; nothing here depends on time."""
import os
import shutil
import sys

import pytest

from benchmarks import command, owners, report, sampler, stacks, tracer
from benchmarks.contestants.base import CHECKOUT
from benchmarks.processes import Process, StartFailed
from benchmarks.questions import profile

SITE = "/somewhere/.venv/lib/python3.7/site-packages/"
WORKER = "<module> (manage.py:4);work (/srv/workshop/channels_lts/worker/worker.py:90)"


def frame(path, function="call"):
    return stacks.Frame(function, owners.module_path(path))


def test_a_line_is_a_stack_and_how_often_it_was_seen():
    (frames, count), = stacks.parse("a (%sdjango/x.py:3);b (c) (/usr/lib/python3.7/re.py) 12\n"
                                    % SITE)
    assert frames == [("a", "django/x.py"), ("b (c)", "re.py")]
    assert count == 12


@pytest.mark.parametrize("line", ["work (a.py:1)", "12", "work (a.py:1) often"])
def test_a_line_that_is_no_stack_is_named(line):
    with pytest.raises(ValueError, match="often|12|work"):
        stacks.parse(line)


@pytest.mark.parametrize("path,owner", [
    (SITE + "django/core/handlers/base.py", "Django"),
    (SITE + "django/template/base.py", "Django's templates"),
    (SITE + "channels/worker.py", "channels"),
    (SITE + "redis/connection.py", "redis-py, hiredis"),
    (SITE + "msgpack/__init__.py", "msgpack"),
    (SITE + "asgi_redis/core.py", "asgi_redis, asgiref"),
    (SITE + "twisted/web/http.py", "Twisted HTTP"),
    (SITE + "twisted/internet/tcp.py", "Twisted core"),
    (SITE + "autobahn/websocket/protocol.py", "autobahn"),
    (SITE + "daphne/server.py", "daphne"),
    ("/usr/lib/python3.7/logging/__init__.py", "logging"),
    ("/srv/checkout/channels_lts/layers/redis/daphne/resp.py", "our layer"),
    ("/srv/checkout/channels_lts/worker/worker.py", "our worker"),
    ("/srv/checkout/benchmarks/peers/channels1/views.py", "the peer's own code"),
    ("/usr/lib/python3.7/uuid.py", None),
])
def test_a_path_has_an_owner(path, owner):
    assert owners.owner_of(frame(path)) == owner


def test_the_folder_of_the_checkout_is_nobody():
    inside = "/srv/channels/redis/.venv/lib/python3.7/site-packages/twisted/internet/tcp.py"
    assert owners.owner_of(frame(inside)) == "Twisted core"
    assert owners.owner_of(frame("/srv/django/channels_lts/layers/redis/layer.py")) == "our layer"


def test_what_only_calls_msgpack_is_msgpacks():
    assert owners.owner_of(frame(SITE + "asgi_redis/core.py", "deserialize")) == "msgpack"


def test_the_standard_library_works_for_its_caller():
    assert owners.owner_of_stack([frame(SITE + "channels/a.py"), frame(SITE + "daphne/b.py"),
                                  frame("/usr/lib/python3.7/uuid.py")]) == "daphne"
    assert owners.owner_of_stack([frame("/usr/lib/python3.7/threading.py")]) == owners.OTHER


def test_self_time_is_the_innermost_frames_and_waiting_is_apart():
    text = "\n".join((
        WORKER + " 3",
        WORKER + ";send (%sredis/connection.py:1);pack (/usr/lib/python3.7/socket.py:2) 5" % SITE,
        WORKER + ";recv_into (%sredis/_compat.py:1) 40" % SITE,
    ))
    found = stacks.summary(stacks.parse(text))
    assert found["samples"] == 48 and found["waiting"] == 40
    assert found["owners"] == {"our worker": 3, "redis-py, hiredis": 5}
    assert found["top"] == [["pack (socket.py)", "of its caller", 5, 5],
                            ["work (channels_lts/worker/worker.py)", "our worker", 3, 8]]


def test_a_function_that_calls_itself_is_counted_once():
    (function, _, own, within), = stacks.summary(stacks.parse("a (x.py:1);a (x.py:1) 4"))["top"]
    assert (function, own, within) == ("a (x.py)", 4, 4)


def costs(daphne):
    return {"daphne": [daphne], "worker": [0.0005], "redis": [0.0001], "commands": [28.5]}


def results(daphne, worker):
    return {"a page": {"costs": {"floor": costs(0.00002), "workshop": costs(0.00003)},
                       "samples": {"daphne": daphne, "worker": worker},
                       "counts": {"workshop": COUNTS, "floor": {"daphne": NOTHING, "done": 0}}}}


SAMPLE = {"samples": 110, "waiting": 10, "owners": {"daphne": 25, "our layer": 75},
          "top": [["write (x.py)", "our layer", 50, 75]]}


IDLE = {"calls": 9, "seconds": 0.5, "top": [["sleep (x.py)", "C", 1, 0.5]]}
COUNT = {"calls": 300, "seconds": 0.5, "top": [["write (x.py)", "our layer", 20, 0.1]]}
NOTHING = {"calls": 0, "seconds": 0, "top": []}
COUNTS = {"daphne": COUNT, "worker": IDLE, "done": 10}


def test_the_report_has_the_cost_beside_the_floor_and_the_shares_of_what_was_work():
    text = report.section(profile, results(SAMPLE, SAMPLE))
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()]
    assert ["workshop", "30.0", "500", "100", "28.5", "1.50"] in rows
    assert rows.index(["our layer", "75.0"]) < rows.index(["daphne", "25.0"])
    assert [owners.WAITING + ", not in the shares", "10"] in rows
    assert ["write (x.py)", "our layer", "50.0", "75.0"] in rows


def test_the_report_says_in_one_line_why_there_are_no_samples():
    text = report.section(profile, results(SAMPLE, {"missing": "py-spy can't sample: no"}))
    assert "py-spy can't sample: no" in text
    assert "busiest functions of daphne" in text
    assert "busiest functions of worker" not in text


@pytest.mark.parametrize("samples", [10, 59])
def test_a_process_that_mostly_waited_has_no_shares(samples):
    text = report.section(profile, results(SAMPLE, dict(SAMPLE, samples=samples)))
    assert "worker spends" not in text


def test_a_load_that_nothing_came_of_costs_nothing():
    turn = {"daphne": 1.0, "worker": 1.0, "redis": 1.0, "commands": 3, "done": 0}
    assert profile.summary({"floor": [turn], "workshop": [dict(turn, done=4)]}) == {
        "workshop": {"daphne": [0.25], "worker": [0.25], "redis": [0.25], "commands": [0.75]}}


def test_the_report_has_the_calls_for_one_page():
    text = report.section(profile, results(SAMPLE, SAMPLE))
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()]
    assert ["workshop: daphne", "30.0"] in rows and ["workshop: worker", "0.90"] in rows
    assert ["floor: daphne", "–"] in rows
    assert ["write (x.py)", "our layer", "2.00", "20.0"] in rows
    assert "Counted by cProfile, of daphne: a page" in text
    assert "Counted by cProfile, of worker" not in text  # it did nothing


def test_without_our_contestant_the_calls_of_the_others_are_told():
    found = results(SAMPLE, SAMPLE)
    found["a page"]["counts"] = {"stock-raised": COUNTS}
    assert "stock-raised: daphne" in report.section(profile, found)


STATS = {
    (SITE + "django/x.py", 3, "render"): (4, 5, 0.25, 0.75, {}),
    ("/usr/lib/python3.7/copy.py", 7, "deepcopy"): (2, 2, 0.125, 0.125, {}),
    ("~", 0, "<method 'send' of '_socket.socket' objects>"): (1, 1, 0.5, 0.5, {}),
    ("~", 0, "<method 'poll' of 'select.epoll' objects>"): (9, 9, 9.0, 9.0, {}),
    ("~", 0, "<method 'recv_into' of '_socket.socket' objects>"): (9, 9, 9.0, 9.0, {}),
    ("~", 0, "<built-in method time.sleep>"): (9, 9, 9.0, 9.0, {}),
    ("~", 0, "<method 'disable' of '_lsprof.Profiler' objects>"): (1, 1, 9.0, 9.0, {}),
    ("/srv/checkout/benchmarks/traced.py", 9, "end"): (1, 1, 9.0, 9.0, {}),
}


def test_what_waits_and_what_counts_is_left_out_of_the_calls():
    assert tracer.summary(STATS, most=2) == {
        "calls": 8, "seconds": 0.875,
        "top": [["<method 'send' of '_socket.socket' objects>", "C", 1, 0.5],
                ["render (django/x.py)", "Django", 5, 0.25]]}
    assert tracer.summary(STATS)["top"][-1][:2] == ["deepcopy (copy.py)", "of its caller"]


@pytest.mark.parametrize("command,python,rest", [
    (["/bin/python3", "-m", "django", "runworker"], "/bin/python3", ["-m", "django", "runworker"]),
    (["/bin/daphne", "-v", "0"], sys.executable, ["/bin/daphne", "-v", "0"]),
])
def test_a_program_is_run_by_its_own_python(command, python, rest):
    assert tracer.wrap(command, "/tmp/worker0.log") == [
        python, "-m", "benchmarks.traced", "/tmp/worker0.calls"] + rest


SOURCE = """
import sys, time
def called():
    pass
turns = open("turns", "wb", buffering=0)
print("ready", sys.argv[1:], __name__, flush=True)
while True:
    called()
    turns.write(b".")
    time.sleep(0.001)
"""


def counted(process, turns):
    """The names of the functions called between a begin and an end."""
    tracer.begin(process)
    done = turns.stat().st_size
    # Of two turns that have ended since the signal, the second began after it.
    process.wait_for(lambda: turns.stat().st_size >= done + 2, 10)
    return [name for _, _, name in tracer.end(process)]


@pytest.mark.parametrize("is_module", [False, True])
def test_a_running_program_is_counted_again_and_again(tmp_path, is_module):
    (tmp_path / "looping.py").write_text(SOURCE)
    command = ["-m", "looping"] if is_module else [str(tmp_path / "looping.py")]
    process = Process("looping", [sys.executable] + command + ["one", "two"], str(tmp_path),
                      dict(os.environ, PYTHONPATH="%s:%s" % (CHECKOUT, tmp_path)),
                      str(tmp_path), wrap=tracer.wrap)
    try:
        process.wait_for(lambda: "ready" in process.tail(), 10)
        assert process.tail().strip() == "ready ['one', 'two'] __main__"
        for _ in range(2):
            assert "called" in counted(process, tmp_path / "turns")
    finally:
        process.stop()


def test_a_program_that_has_ended_gives_no_counts(tmp_path):
    (tmp_path / "short.py").write_text("")
    process = Process("short", [sys.executable, str(tmp_path / "short.py")], str(tmp_path),
                      dict(os.environ, PYTHONPATH=CHECKOUT), wrap=tracer.wrap)
    process.popen.wait(10)
    with pytest.raises(StartFailed, match="short"):
        tracer.end(process)
    process.stop()


needs_redis = pytest.mark.skipif(not shutil.which("redis-server"),
                                 reason="redis-server is not on the PATH")


def small_run():
    left_out = {}
    given = command.parser().parse_args([
        "profile", "--contestants", "workshop,channels4", "--rounds", "1", "--profile-sockets",
        "20", "--profile-seconds", "1", "--sample-seconds", "1", "--count-seconds", "1"])
    found = profile.measure(given, left_out, print)
    assert left_out == {} and given.contestants == ["workshop", "channels4"]
    return found


@needs_redis
@pytest.mark.skipif(not sampler.program(), reason="py-spy is not installed")
def test_daphne_and_the_worker_are_sampled_under_each_load():
    found = small_run()
    assert len(found) == 3
    for load in found.values():
        assert set(load["costs"]) == set(load["counts"]) == {"workshop"}
        assert load["counts"]["workshop"]["daphne"]["calls"] > 0
        assert set(load["samples"]) == {"daphne", "worker"}
        for sample in load["samples"].values():
            assert "samples" in sample or "py-spy can't sample" in sample["missing"]
    assert report.section(profile, found)


@needs_redis
def test_a_system_that_forbids_tracing_leaves_the_costs(monkeypatch, tmp_path):
    forbidding = tmp_path / "py-spy"
    forbidding.write_text("#!%s\nraise SystemExit('Permission Denied: ask root')" % sys.executable)
    forbidding.chmod(0o755)
    monkeypatch.setattr(sampler, "program", lambda: str(forbidding))
    name = "a frame of a fan-out"
    monkeypatch.setattr(profile, "LOADS", {name: profile.LOADS[name]})
    found = small_run()[name]
    for sample in found["samples"].values():
        assert "Permission Denied: ask root" in sample["missing"]
    assert set(found["costs"]) == {"workshop"}


def test_without_py_spy_it_is_said_so(monkeypatch):
    monkeypatch.setattr(profile, "program", lambda: None)
    contestant = type("Contestant", (), {"servers": [None], "workers": [None]})
    samples = profile.sample(contestant, None, 1)
    assert "isn't installed" in samples["worker"]["missing"]


def test_py_spy_is_looked_for_beside_this_python_first(monkeypatch, tmp_path):
    beside = tmp_path / "py-spy"
    beside.write_text("")
    beside.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert sampler.program() == os.fspath(beside)
