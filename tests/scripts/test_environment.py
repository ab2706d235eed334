"""script/environment.py: .venv and .env."""
import os
import pathlib
import stat
import sys

import pytest

from . import checkout

import environment  # isort:skip (of script/, by the path that checkout adds)
import packages as packages_module  # isort:skip


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """A separate checkout, where installing is recorded instead of done."""
    target = checkout.copy_scripts(tmp_path)
    venv = target / ".venv"
    for name, path in (("ROOT", target), ("VENV", venv), ("DOTENV", target / ".env"),
                       ("VENV_PYTHON", venv / "bin" / "python"), ("LOG", venv / "pip.log"),
                       ("BUILT", venv / "built"),
                       ("STAMP", venv / "workshop-installed.json"),
                       ("UNFINISHED", venv / "workshop-unfinished")):
        monkeypatch.setattr(environment, name, str(path))
    monkeypatch.setattr(environment.packages, "FOLDER", str(target / "requirements"))
    installed = []
    monkeypatch.setattr(environment, "run", lambda command, *_where: installed.append(command))
    monkeypatch.setattr(packages_module.Packages, "build", lambda self: None)
    monkeypatch.setattr(environment.venv, "create", lambda path, **options: make_venv(path))
    return installed


def make_venv(path):
    os.makedirs(os.path.join(path, "bin"))
    os.symlink(sys.executable, os.path.join(path, "bin", "python"))


def test_what_is_installed_is_not_installed_again(packages):
    assert not environment.is_ready()
    environment.write_dotenv("script/test")
    environment.make("script/test")
    assert environment.is_ready()
    assert any({"--require-hashes", packages_module.lock("dev-")} <= set(each)
               for each in packages)


def test_what_the_lock_does_not_name_is_removed(packages, monkeypatch):
    monkeypatch.setattr(environment, "installed", lambda: {"daphne", "left-over"})
    environment.make("script/test")
    assert packages[-1][-2:] == ["--yes", "left-over"]


def test_a_changed_requirement_is_installed_over_what_is_there(packages):
    environment.write_dotenv("script/test")
    environment.make("script/test")
    kept = os.path.join(environment.VENV, "kept")
    open(kept, "w").close()
    with open(packages_module.lock("dev-"), "a") as stream:
        stream.write("another==1.0\n")
    assert not environment.is_ready()
    environment.make("script/test")
    assert environment.is_ready()
    assert os.path.exists(kept)


def test_an_interrupted_one_is_made_anew(packages, monkeypatch):
    def interrupted(*arguments):
        raise SystemExit(130)
    with monkeypatch.context() as patch:
        patch.setattr(environment, "run", interrupted)
        with pytest.raises(SystemExit):
            environment.make("script/test")
    half_done = os.path.join(environment.VENV, "half-done")
    open(half_done, "w").close()
    assert not environment.is_ready()
    environment.make("script/test")
    assert not os.path.exists(half_done)


def test_one_whose_python_is_gone_is_made_anew(packages):
    environment.make("script/test")
    os.unlink(environment.VENV_PYTHON)
    os.symlink("/nonexistent/python", environment.VENV_PYTHON)
    environment.make("script/test")
    assert os.path.realpath(environment.VENV_PYTHON) == os.path.realpath(sys.executable)


@pytest.mark.parametrize("version, is_kept", [(None, True), ("3.6.15", False)])
def test_one_made_by_hand_is_kept_if_its_python_is_ours(packages, version, is_kept):
    make_venv(environment.VENV)
    if version:
        os.unlink(environment.VENV_PYTHON)
        checkout.make_command(pathlib.Path(environment.VENV, "bin"), "python", "echo " + version)
    by_hand = os.path.join(environment.VENV, "by-hand")
    open(by_hand, "w").close()
    environment.make("script/test")
    assert os.path.exists(by_hand) == is_kept


def test_a_copied_one_is_made_anew(packages, monkeypatch):
    environment.make("script/test")
    old = os.path.join(environment.VENV, "old")
    open(old, "w").close()
    stamp = environment.read_stamp()
    monkeypatch.setattr(environment, "read_stamp", lambda: dict(stamp, path="/elsewhere/.venv"))
    environment.make("script/test")
    assert not os.path.exists(old)


def test_dotenv_has_a_key_that_others_cannot_read(packages):
    environment.write_dotenv("script/test")
    assert stat.S_IMODE(os.stat(environment.DOTENV).st_mode) == 0o600
    with open(environment.DOTENV) as stream:
        lines = stream.read().split("\n")
    assert "DEBUG=1" in lines
    key = next(line for line in lines if line.startswith("SECRET_KEY="))
    assert len(key) > len("SECRET_KEY=") + 50


def test_dotenv_is_never_overwritten(packages):
    with open(environment.DOTENV, "w") as stream:
        stream.write("SECRET_KEY=mine\n")
    environment.write_dotenv("script/test")
    with open(environment.DOTENV) as stream:
        assert stream.read() == "SECRET_KEY=mine\n"


def test_without_a_network_one_line_says_so(tmp_path):
    target = checkout.copy_scripts(tmp_path)
    result = checkout.run(["script/server"], cwd=target, environ={
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHON": sys.executable,
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",  # nothing listens there
    })
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("script/server: can't reach the package index;")
    assert "pip.log" in result.stderr
    assert (target / ".venv" / "pip.log").exists()
