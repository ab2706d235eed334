import pytest

from benchmarks import figures


@pytest.mark.parametrize("rank, expected", [(0, 1), (50, 3), (75, 4), (99, 4.96), (100, 5)])
def test_a_percentile_lies_between_its_neighbours(rank, expected):
    assert figures.percentile([5, 1, 4, 2, 3], rank) == pytest.approx(expected)


def test_values_that_are_missing_do_not_count():
    assert figures.median([None, 3, None, 1]) == 2
    assert figures.median([None]) is None


@pytest.mark.parametrize("above, below, expected", [
    (6, 3, 2), (0, 3, 0), (None, 3, None), (6, None, None), (6, 0, None)])
def test_a_ratio_needs_both_sides(above, below, expected):
    assert figures.ratio(above, below) == expected


def test_a_bound_itself_is_still_met():
    assert figures.at_most("", 1.25, 1.25).met is True
    assert figures.at_most("", 1.26, 1.25).met is False
    assert figures.at_least("", 2.0, 2.0).met is True
    assert figures.at_least("", 1.9, 2.0).met is False


def test_what_was_not_measured_is_neither_met_nor_missed():
    assert figures.at_most("", None, 1).met is None
    assert figures.at_least("", None, 1).met is None
    assert figures.everything("", None).met is None


@pytest.mark.parametrize("share, expected", [
    (1, "100"), (0.99999, "99.9"), (0.5, "50.0"), (0, "0.0")])
def test_only_everything_is_called_100_percent(share, expected):
    assert figures.percent(share) == expected


def test_losing_one_message_of_ten_thousand_misses_the_demand():
    assert figures.everything("", 0.9999).met is False
    assert figures.everything("", 1.0).met is True
