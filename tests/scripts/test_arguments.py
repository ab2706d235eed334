"""The arguments of the scripts; what those of script/test make of the suite."""
import os
import sys

import pytest

from tests.support import ROOT

from . import checkout

import run_tests  # isort:skip


@pytest.mark.parametrize("path", run_tests.LONG)
def test_what_fast_leaves_out_is_there(path):
    assert os.path.exists(os.path.join(ROOT, path))
    assert "--ignore=" + path in run_tests.pytest_arguments(["--fast"])


def test_the_whole_suite_takes_two_processes_and_chosen_tests_one():
    assert run_tests.pytest_arguments([]) == ["--numprocesses=2", "--dist=loadfile"]
    assert run_tests.pytest_arguments(["-x", "tests/chat"]) == ["-x", "tests/chat"]
    assert run_tests.pytest_arguments(["--fast"])[:2] == ["--numprocesses=2", "--dist=loadfile"]


SCRIPTS = ["script/bootstrap", "script/lock", "script/server", "script/test", "script/test-matrix",
           ".ci/run", "script/packages.py", "script/protocol.py", "script/healthcheck.py"]


@pytest.mark.parametrize("path", SCRIPTS)
def test_a_script_says_what_it_does_and_does_nothing(path, tmp_path):
    """With nothing on the PATH that it could do it with."""
    python = [sys.executable] if path.endswith(".py") else []
    ended = checkout.run(python + [os.path.join(ROOT, path), "--help"],
                         checkout.bare_environment(tmp_path), cwd=tmp_path)
    head = checkout.read(path).splitlines()[1].lstrip("# ")
    assert head in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("path", ["script/bootstrap", "script/server", ".ci/run"])
def test_a_script_refuses_what_it_does_not_take(path, tmp_path):
    ended = checkout.run([os.path.join(ROOT, path), "-v"], checkout.bare_environment(tmp_path))
    line, = ended.stderr.splitlines()
    assert ended.returncode == 1 and "takes no arguments" in line
