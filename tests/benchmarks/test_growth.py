"""How measurements at several sizes are evaluated."""
from unittest import mock

import pytest

from benchmarks import report
from benchmarks.growth import DIMENSIONS, series, sockets
from benchmarks.jsonlines import Silence
from benchmarks.questions import growth

SIZES = [100, 1000, 4000]


@pytest.mark.parametrize("power", [0, 0.5, 1, 2])
def test_an_exponent_says_how_numbers_grow(power):
    assert series.exponent(SIZES, [3 * size ** power for size in SIZES]) == pytest.approx(power)


def test_what_costs_nothing_has_no_exponent():
    assert series.exponent(SIZES, [0, 0, 1]) is None


def test_a_line_tells_what_is_always_there_from_what_each_adds():
    assert series.line(SIZES, [80 + 0.5 * size for size in SIZES]) == pytest.approx((80, 0.5))


def results(cpu_of, commands_of):
    sent = series.costs(SIZES, [
        {"daphne": cpu_of(size), "worker": 0, "redis": cpu_of(size), "commands": commands_of(size)}
        for size in SIZES])
    return {"members of a group": {sockets.SENT: sent}}


def test_what_grows_faster_than_its_work_is_a_miss():
    linear, square = (lambda size: size * 1e-5), (lambda size: size ** 2 * 1e-8)
    met = [check.met for check in growth.checks(results(linear, lambda size: 10))]
    assert met == [True, True]
    met = [check.met for check in growth.checks(results(square, lambda size: 10))]
    assert met == [False, True]
    met = [check.met for check in growth.checks(results(linear, lambda size: size ** 1.5))]
    assert met == [True, False]


def test_the_report_has_each_size_and_the_exponent():
    text = report.section(growth, results(lambda size: size * 1e-6, lambda size: 11))
    assert "| 200 " in text and "| 8000 " in text and "| 1.00 " in text
    assert "CPU µs" in text and "Redis commands" in text


def test_each_dimension_is_measured_at_three_sizes():
    assert {len(dimension.sizes) for dimension in DIMENSIONS.values()} == {3}


def test_what_can_not_be_measured_leaves_the_rest(monkeypatch):
    broken = mock.Mock(sizes=[1], **{"measure.side_effect": Silence("the process ended")})
    well = mock.Mock(sizes=[1], **{"measure.return_value": {"a figure": {}}})
    monkeypatch.setattr(growth, "DIMENSIONS", {"rooms": broken, "workers": well})
    left_out = {}
    found = growth.measure(mock.Mock(growth_of=["rooms", "workers"]), left_out, print)
    assert found == {"workers": {"a figure": {}}}
    assert left_out == {"growth with rooms": "the process ended"}


def test_a_cost_is_the_median_of_turns_without_the_warm_up():
    seconds = iter([1.0, 1.4, 2.0, 2.2, 3.0, 3.4])  # before and after each turn
    contestant = mock.Mock(usage=lambda: dict.fromkeys(series.COST, next(seconds)))
    work = mock.Mock(return_value=2)
    options = mock.Mock(growth_seconds=4, growth_turns=3)
    found = series.cost(contestant, work, options)
    assert found["redis"] == pytest.approx(0.2)
    assert [call[0][1] for call in work.call_args_list] == [1, 4, 4, 4]
