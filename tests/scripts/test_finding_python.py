"""script/lib.sh: which Python the scripts choose. A name proves nothing, so each one is run."""
import os
import sys

import pytest

from . import checkout

FIND = ["bash", "-c", ". script/lib.sh; VENV_PYTHON=; %s find_python"]


def find_python(environ, before=""):
    command = FIND[:2] + [FIND[2] % before]
    return checkout.run(command, environ).stdout.strip()


def pretend(folder, name, version):
    """A python of that name that gives the answer of a good interpreter."""
    return checkout.make_command(folder, name, "echo %s /good/%s" % (version, name))


def test_a_name_that_answers_with_an_error_is_skipped(tmp_path):
    broken, good = tmp_path / "broken", tmp_path / "good"
    checkout.make_command(broken, "python3.7", "echo 'pyenv: python3.7: not found'; exit 127")
    pretend(good, "python3.7", "3.7")
    assert find_python(checkout.bare_environment(tmp_path, broken, good)) == "/good/python3.7"


def test_a_real_interpreter_answers_with_its_own_path(tmp_path):
    name = "python%d.%d" % sys.version_info[:2]
    checkout.make_command(tmp_path / "bin", name, 'exec "%s" "$@"' % sys.executable)
    found = find_python(checkout.bare_environment(tmp_path, tmp_path / "bin"))
    assert os.path.realpath(found) == os.path.realpath(sys.executable)


def test_a_version_without_a_lock_is_skipped(tmp_path):
    for name in ("python3", "python3.6"):
        checkout.make_command(tmp_path / "bin", name, 'exec "%s" "$@"' % sys.executable)
    environ = checkout.bare_environment(tmp_path, tmp_path / "bin")
    assert find_python(environ, "PYTHON_VERSIONS=3.6;") == ""


def test_the_newest_is_preferred(tmp_path):
    for version in ("3.7", "3.13", "3.9"):
        pretend(tmp_path / "bin", "python" + version, version)
    environ = checkout.bare_environment(tmp_path, tmp_path / "bin")
    assert find_python(environ) == "/good/python3.13"


def test_that_of_a_venv_which_is_there_is_kept(tmp_path):
    pretend(tmp_path / "bin", "python3.13", "3.13")
    mine = pretend(tmp_path / "venv", "python", "3.7")
    environ = checkout.bare_environment(tmp_path, tmp_path / "bin")
    assert find_python(environ, "VENV_PYTHON=%s;" % mine) == "/good/python"


def test_pyenvs_versions_are_looked_at(tmp_path):
    folder = tmp_path / ".pyenv" / "versions" / "3.8.18" / "bin"
    folder.mkdir(parents=True)
    pretend(folder, "python", "3.8")
    assert find_python(checkout.bare_environment(tmp_path)) == "/good/python"


def test_uv_is_asked(tmp_path):
    pretend(tmp_path / "uvs", "python3.9", "3.9")
    checkout.make_command(
        tmp_path / "bin", "uv",
        '[ "$1 $2 $4" = "python find 3.9" ] && echo %s/uvs/python3.9' % tmp_path)
    environ = checkout.bare_environment(tmp_path, tmp_path / "bin")
    assert find_python(environ) == "/good/python3.9"


def named(environ, value):
    command = ["bash", "-c", ". script/lib.sh; named_python"]
    return checkout.run(command, dict(environ, PYTHON=value)).stdout.strip()


def test_one_is_named_by_its_path_its_command_or_its_version(tmp_path):
    path = pretend(tmp_path / "bin", "python3.7", "3.7")
    pretend(tmp_path / "bin", "python3.13", "3.13")
    environ = checkout.bare_environment(tmp_path, tmp_path / "bin")
    for value in (path, "python3.7", "3.7"):
        assert named(environ, value) == "/good/python3.7"


def test_a_name_that_fails_is_looked_for_by_its_version(tmp_path):
    checkout.make_command(tmp_path / "shims", "python3.8", "exit 127")
    folder = tmp_path / ".pyenv" / "versions" / "3.8.18" / "bin"
    folder.mkdir(parents=True)
    pretend(folder, "python", "3.8")
    environ = checkout.bare_environment(tmp_path, tmp_path / "shims")
    assert named(environ, "python3.8") == "/good/python"


@pytest.mark.parametrize("value", ["python3.6", "3.14", "/nonexistent/python", "mine"])
def test_a_named_one_that_will_not_do_stops_with_one_line(tmp_path, value):
    pretend(tmp_path / "bin", "python3.13", "3.13")
    for name in ("python3.6", "python3.14", "mine"):
        checkout.make_command(tmp_path / "bin", name, "exit 1")
    target = checkout.copy_scripts(tmp_path)
    environ = dict(checkout.bare_environment(tmp_path, tmp_path / "bin"), PYTHON=value)
    result = checkout.run(["script/bootstrap"], environ, cwd=target)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "script/bootstrap: PYTHON=%s is none that will do: CPython 3.13, 3.12, 3.11, 3.10, 3.9, "
        "3.8, 3.7, with venv, ssl and sqlite3\n" % value)


def test_without_any_one_line_says_so(tmp_path):
    target = checkout.copy_scripts(tmp_path)
    result = checkout.run(["script/server"], checkout.bare_environment(tmp_path), cwd=target)
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("script/server: no CPython 3.7 to 3.13 with")
