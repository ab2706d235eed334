"""The plan for many sockets: by arithmetic, by simulation, and as the docs have it."""
import json
import os

import pytest

from benchmarks.growth import DIMENSIONS
from benchmarks.plan import arithmetic, recorded, text
from benchmarks.plan.arithmetic import Load
from benchmarks.plan.recorded import Cost, Costs
from benchmarks.plan.simulation import Simulation
from benchmarks.questions import deploy
from benchmarks.report import markdown_table
from tests.support import ROOT

COSTS = Costs(
    connect=Cost(1e-3, 1e-3, 3e-4, 40), frame=Cost(3e-4, 4e-4, 2e-4, 20),
    member=Cost(1e-5, 0, 2e-5, 0), bundle=Cost(1e-4, 0, 5e-5, 6), page=Cost(5e-4, 7e-4, 2e-4, 30),
    ping=Cost(1e-4, 0, 0, 0), daphne_bytes=2e4, redis_bytes=200, empty_bytes=8e7,
    idle={"daphnes": 1, "workers": 0.5}, connections={"daphnes": 2, "workers": 3})
LOAD = Load(sockets=20000)


def simulated(planned, seconds=4, **options):
    return Simulation(LOAD, COSTS, planned, seconds, **options).run()


def test_a_room_is_spread_over_as_many_daphnes_as_it_meets():
    assert LOAD.bundles(1) == 1
    assert LOAD.bundles(2) == pytest.approx(2, rel=1e-5)
    assert LOAD._replace(room=2).bundles(2) == 1.5
    assert 19 < LOAD.bundles(1000) < 20
    assert LOAD._replace(daphnes_of_room=1).bundles(1000) == 1


def test_a_plan_has_as_few_processes_as_are_not_too_busy():
    for busy in (0.25, 0.5):
        planned = arithmetic.plan(LOAD._replace(busy=busy), COSTS)
        for name, amount in (("daphne", planned.daphnes), ("worker", planned.workers),
                             ("redis", planned.shards)):
            assert amount - 1 < planned.used[name] / busy <= amount


@pytest.mark.parametrize("daphnes_of_room", [0, 1])
def test_the_simulation_does_the_work_that_was_multiplied(daphnes_of_room):
    load = LOAD._replace(daphnes_of_room=daphnes_of_room)
    planned = arithmetic.plan(load, COSTS)
    played = Simulation(load, COSTS, planned, 4).run()
    for name, amount in (("daphne", planned.daphnes), ("worker", planned.workers),
                         ("redis", planned.shards)):
        assert played.busy[name][0] == pytest.approx(planned.used[name] / amount, rel=0.1)


def test_with_too_few_of_one_kind_frames_wait_longer_and_longer():
    planned = arithmetic.plan(LOAD, COSTS)
    calm = simulated(planned)
    later = simulated(planned._replace(workers=1), coming_back=2000)
    assert later.busy["worker"][0] > 1
    assert later.delays[0] > 20 * calm.delays[0]


def test_nothing_waits_where_each_comes_alone():
    alone = Load(sockets=1, frames_per_minute=60.0, room=1, minutes=1e9, pages_per_hour=1e-9)
    played = Simulation(alone, COSTS, arithmetic.plan(alone, COSTS), 30).run()
    frame = COSTS.frame
    assert played.delays[0] == pytest.approx(frame.daphne + frame.worker + frame.redis)


def test_what_was_recorded_last_counts_and_a_part_of_it_done_again(tmp_path, monkeypatch):
    for name, found in (("2030-01-01-growth", {"rooms": 0}), ("2030-01-02-growth", {
            "rooms": 1, "workers": 1}), ("2030-01-02-growth-again", {"rooms": 2})):
        (tmp_path / (name + ".json")).write_text(json.dumps({"results": {"growth": found}}))
    monkeypatch.setattr(recorded, "RESULTS", str(tmp_path))
    assert recorded.read(recorded.newest()) == {"rooms": 2, "workers": 1}


@pytest.fixture(scope="module")
def results():
    return recorded.read(recorded.newest())


def test_the_recorded_run_has_every_figure_of_growth(results):
    assert {name: set(found) for name, found in results.items()} == {
        name: set(dimension.work) for name, dimension in DIMENSIONS.items()}


def test_the_docs_have_the_figures_that_the_plan_prints(results):
    missing = [name for name, section in text.sections(results, Load()).items()
               if section not in page_of_docs()]
    assert missing == []


def test_the_docs_have_the_recorded_deploy():
    results = recorded.read(recorded.newest("deploy"), "deploy")
    for _, header, rows in deploy.tables(results):
        assert markdown_table(header, rows) in page_of_docs()


def page_of_docs():
    with open(os.path.join(ROOT, "docs", "scale.md"), encoding="utf8") as page:
        return page.read()
