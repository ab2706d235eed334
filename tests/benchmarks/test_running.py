"""Benchmarks with real processes, small enough for the suite; nothing here looks at a time."""
import os
import shutil
import sys

import pytest

from benchmarks import command
from benchmarks.contestants.floor import Floor
from benchmarks.field import running
from benchmarks.processes import Process, StartFailed, stop_all
from benchmarks.questions import fanout, rooms

pytestmark = pytest.mark.skipif(not shutil.which("redis-server"),
                                reason="redis-server is not on the PATH")


def options(*arguments):
    return command.parser().parse_args(arguments)


def test_twenty_sockets_on_the_stock_layer_hear_every_send():
    given = options("fanout", "--contestants", "stock", "--sizes", "20", "--rounds", "1",
                    "--warmup", "0")
    left_out = {}
    results = fanout.measure(given, left_out, print)
    assert left_out == {}
    stock = results["20"]["stock"]
    assert (stock["open"], stock["delivered"], stock["strays"]) == (20, [1.0], 0)
    assert 0 < stock["blocked"][0] and 0 < stock["latency"][0]


def test_rooms_hear_what_is_said_in_them_and_nothing_else():
    given = options("rooms", "--contestants", "stock-raised", "--rooms", "4", "--rounds", "1",
                    "--warmup", "0")
    with running(given, {}, print, servers=2, workers=1) as field:
        result = rooms.topology(field, given)["stock-raised"]
    assert result["burst"]["received"] == result["talk"]["received"] == [12]
    assert result["burst"]["strays"] == 0 and result["talk"]["strays"] == [0]


def test_a_contestant_that_can_not_start_drops_out_with_its_log(monkeypatch):
    monkeypatch.setattr(Floor, "server_command", lambda self, port: [
        sys.executable, "-c", "raise SystemExit('no such luck')"])
    left_out = {}
    with running(options("idle", "--contestants", "floor"), left_out, print) as field:
        assert field.contestants == []
    assert "no such luck" in left_out["floor"]


def test_every_process_has_ended_when_a_run_is_interrupted():
    pids = []
    with pytest.raises(KeyboardInterrupt):
        with running(options("idle", "--contestants", "floor"), {}, print) as field:
            pids += [process.pid for process in field.contestants[0].processes]
            raise KeyboardInterrupt
    assert len(pids) == 4
    assert not [pid for pid in pids if os.path.exists("/proc/%d" % pid)]


def test_a_process_that_ends_too_early_is_told_with_its_output(tmp_path):
    process = Process("early", [sys.executable, "-c", "raise SystemExit('bye')"], str(tmp_path))
    with pytest.raises(StartFailed, match="bye"):
        process.wait_for(lambda: False, 10)
    stop_all([process])


def test_the_versions_are_those_after_the_run(monkeypatch, capsys):
    happened = []
    question = type("Question", (), {
        "__doc__": "What?", "measure": staticmethod(lambda *arguments: happened.append("measured")),
        "tables": staticmethod(lambda results: []), "checks": staticmethod(lambda results: [])})
    monkeypatch.setattr(command, "QUESTIONS", {"idle": question})
    monkeypatch.setattr(command, "load", lambda: happened.append("load"))
    monkeypatch.setattr(command, "environment", lambda load: happened.append("versions"))
    command.run(["idle"], options("idle"))
    assert happened == ["load", "measured", "versions"]  # a run may install Channels 4


def test_all_asks_every_question_or_those_that_are_named(monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(command.signal, "signal", lambda *arguments: None)
    monkeypatch.setattr(command, "run", lambda names, options: asked.append(names))
    command.main(["all"])
    command.main(["all", "--questions", "page,fanout"])
    assert "growth" in asked[0] and "python" not in asked[0]
    assert asked[1] == ["page", "fanout"]
    with pytest.raises(SystemExit):
        command.main(["all", "--questions", "page,nothing"])
    assert "unknown: nothing; there are fanout, " in capsys.readouterr().err
