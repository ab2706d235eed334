"""script/test: what its arguments make of the suite."""
import os

import pytest

from tests.support import ROOT

from . import checkout  # noqa: F401 (adds script/ to the path)

import run_tests  # isort:skip


@pytest.mark.parametrize("path", run_tests.LONG)
def test_what_fast_leaves_out_is_there(path):
    assert os.path.exists(os.path.join(ROOT, path))
    assert "--ignore=" + path in run_tests.pytest_arguments(["--fast"])


def test_the_whole_suite_takes_two_processes_and_chosen_tests_one():
    assert run_tests.pytest_arguments([]) == ["--numprocesses=2", "--dist=loadfile"]
    assert run_tests.pytest_arguments(["-x", "tests/chat"]) == ["-x", "tests/chat"]
    assert run_tests.pytest_arguments(["--fast"])[:2] == ["--numprocesses=2", "--dist=loadfile"]
