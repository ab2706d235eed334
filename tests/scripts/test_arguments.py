"""The arguments of the scripts; what those of script/test make of the suite."""
import os
import sys

import pytest

from tests.support import ROOT, examples

from . import checkout  # which adds script/ to the path

import run_tests  # isort:skip


@pytest.mark.parametrize("path", run_tests.LONG + run_tests.SLOW)
def test_what_fast_leaves_out_is_there(path):
    file, _, name = path.partition("::")
    assert os.path.exists(os.path.join(ROOT, file))
    assert not name or "\ndef " + name in checkout.read(file)
    option = "--deselect=" if name else "--ignore="
    assert option + path in run_tests.pytest_arguments(["--fast"])
    is_left_out = option + path in run_tests.pytest_arguments(["--fast", "--require-everything"])
    assert is_left_out == (path in run_tests.LONG)


@pytest.mark.parametrize("cores, whole, fast", [(None, 2, 2), (1, 2, 2), (2, 4, 2), (64, 8, 8)])
def test_processes_that_wait_are_more_than_the_cores(monkeypatch, cores, whole, fast):
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    for arguments, number in (([], whole), (["--fast"], fast)):
        assert run_tests.pytest_arguments(arguments)[:2] == [
            "--numprocesses=%d" % number, "--dist=loadfile"]


def test_chosen_tests_run_in_one_process():
    assert run_tests.pytest_arguments(["-x", "tests/chat"]) == ["-x", "tests/chat"]


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


@pytest.fixture
def run(monkeypatch):
    """Runs script/test with these arguments: (what it starts, pytest's environment)."""
    def run_without_servers(*arguments):
        started = []
        monkeypatch.setattr(os, "environ", {"PYTHONDONTWRITEBYTECODE": "1"})
        for name in ("redis", "postgres"):
            monkeypatch.setattr(
                run_tests, "provide_" + name, lambda *_, name=name: started.append(name))
        monkeypatch.setattr(run_tests, "run_pytest", lambda *_: started.append("pytest"))
        run_tests.run(list(arguments), None)
        return started, os.environ
    return run_without_servers


@pytest.mark.parametrize("arguments, servers", [
    ([], ["redis", "postgres"]), (["--fast"], ["redis"]),
    (["--fast", "--require-everything"], ["redis", "postgres"])])
def test_only_everyday_work_does_without_postgresql(run, arguments, servers):
    assert run(*arguments)[0] == servers + ["pytest"]


def test_everyday_work_tries_a_tenth_of_the_generated_cases(run, monkeypatch):
    for arguments, tried in (([], [100, 6]), (["--fast"], [10, 1])):
        is_fast = run(*arguments)[1]["WORKSHOP_FAST"] == "1"
        monkeypatch.setattr(examples, "IS_FAST", is_fast)
        assert [examples.examples(number) for number in (100, 6)] == tried


def test_what_the_suite_has_compiled_is_kept(run):
    assert "PYTHONDONTWRITEBYTECODE" not in run()[1]
