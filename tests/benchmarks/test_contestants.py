"""Which contestants take part in what, and what is installed for them."""
from argparse import Namespace

import pytest

from benchmarks import command
from benchmarks.contestants import able, installing


def test_a_question_is_put_to_those_who_can_answer_it():
    names = ["workshop", "gunicorn", "ws"]
    assert able(names, "page") == ["workshop", "gunicorn"]
    assert able(names, "fanout") == ["workshop", "ws"]
    assert able(names, "idle") == ["workshop"]


def test_a_run_leaves_out_who_can_not_answer(monkeypatch):
    asked = []
    question = Namespace(
        __doc__="What?", tables=lambda results: [], checks=lambda results: [],
        measure=lambda options, *rest: asked.append(options.contestants))
    monkeypatch.setattr(command, "QUESTIONS", {"idle": question})
    monkeypatch.setattr(command, "environment", lambda load: {})
    command.run(["idle"], command.parser().parse_args(["idle", "--contestants", "gunicorn,stock"]))
    assert asked == [["stock"]]


@pytest.fixture
def installed(tmp_path):
    found = []

    def once(wanted, failure=None):
        return installing.once(str(tmp_path), wanted, lambda: found.append(wanted) or failure)
    once.found = found
    return once


def test_packages_are_installed_once_and_again_when_others_are_wanted(installed):
    assert [installed("a 1"), installed("a 1"), installed("a 2")] == [None] * 3
    assert installed.found == ["a 1", "a 2"]


def test_what_could_not_be_installed_is_tried_again(installed):
    assert installed("a 1", failure="no network") == "no network"
    assert installed("a 1") is None
    assert installed.found == ["a 1", "a 1"]


def test_an_installer_that_fails_or_is_missing_is_told():
    assert installing.run(["true"]) is None
    assert "failed" in installing.run(["true"], ["false"])
    assert "no-such-program" in installing.run(["no-such-program"])
