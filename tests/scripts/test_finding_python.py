"""script/lib.sh: which Python the scripts choose. A name proves nothing, so each one is run."""
import os
import sys

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


def test_a_version_that_the_pinned_set_does_not_take_is_skipped(tmp_path):
    for name in ("python3", "python3.6"):
        checkout.make_command(tmp_path / "bin", name, 'exec "%s" "$@"' % sys.executable)
    environ = checkout.bare_environment(tmp_path, tmp_path / "bin")
    for named in ("", sys.executable):
        assert find_python(dict(environ, PYTHON=named), "PYTHON_VERSIONS=3.6;") == ""


def test_3_7_is_preferred(tmp_path):
    for version in ("3.9", "3.8", "3.7"):
        pretend(tmp_path / "bin", "python" + version, version)
    environ = checkout.bare_environment(tmp_path, tmp_path / "bin")
    assert find_python(environ) == "/good/python3.7"


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


def test_the_one_that_is_named_comes_first(tmp_path):
    pretend(tmp_path / "bin", "python3.7", "3.7")
    named = pretend(tmp_path / "named", "mine", "3.9")
    environ = dict(checkout.bare_environment(tmp_path, tmp_path / "bin"), PYTHON=named)
    assert find_python(environ) == "/good/mine"


def test_a_named_one_that_is_broken_is_skipped(tmp_path):
    pretend(tmp_path / "bin", "python3.7", "3.7")
    named = checkout.make_command(tmp_path / "named", "mine", "exit 1")
    environ = dict(checkout.bare_environment(tmp_path, tmp_path / "bin"), PYTHON=named)
    assert find_python(environ) == "/good/python3.7"


def test_without_any_one_line_says_so(tmp_path):
    target = checkout.copy_scripts(tmp_path)
    result = checkout.run(["script/server"], checkout.bare_environment(tmp_path), cwd=target)
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("script/server: no CPython 3.7, 3.8, 3.9 found;")
