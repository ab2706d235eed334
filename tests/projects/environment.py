"""
A virtual environment with the wheel and its dependencies, in the pinned versions: nothing else of
this repository, and nothing that only the site needs.
"""
import contextlib
import fcntl
import glob
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import venv

from tests.scripts import checkout  # noqa: F401 (adds script/ to the path)
from tests.support import ROOT

from environment import BUILT, NO_NETWORK  # isort:skip (of script/)
from packages import Packages, lock  # isort:skip

FOLDER = os.path.join(ROOT, ".venv-wheel-%d.%d" % sys.version_info[:2])
VENV, TOOLS, WHEELS = (os.path.join(FOLDER, name) for name in ("venv", "tools", "wheels"))
PYTHON = os.path.join(VENV, "bin", "python")
SOURCES = ("pyproject.toml", "LICENSE", "docs/engine.md", "channels_lts")
VERSION = sys.version_info[:2]
EXTRAS = "redis,ipc,caches,names,postgresql,speedups,metrics"
CONSTRAINTS = os.path.join(ROOT, "requirements.txt")


class NoNetwork(Exception):
    """Neither the cache of pip nor the network has the packages."""


def source_files():
    """The paths, from the root, of all that the wheel is built of."""
    for source in SOURCES:
        if os.path.isfile(os.path.join(ROOT, source)):
            yield source
        for folder, _folders, names in os.walk(os.path.join(ROOT, source)):
            yield from (os.path.relpath(os.path.join(folder, name), ROOT) for name in sorted(names)
                        if not name.endswith(".pyc"))


def digest(*paths):
    found = hashlib.sha256(("%s %s" % (FOLDER, platform.python_version())).encode())
    for path in paths:
        with open(os.path.join(ROOT, path), "rb") as stream:
            found.update(path.encode() + stream.read())
    return found.hexdigest()


def wheel():
    """The path of the wheel, which is built, and installed, where the sources have changed."""
    os.makedirs(FOLDER, exist_ok=True)
    with locked(FOLDER):
        once("packages", digest("requirements.txt", lock("build-"), "pyproject.toml"),
             install_packages)
        once("wheel", digest("requirements.txt", *source_files()), build_wheel)
    return built()


@contextlib.contextmanager
def locked(folder):
    """One at a time: processes of pytest-xdist."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def once(name, stamp, make):
    """Makes what hasn't been made with this stamp."""
    path = os.path.join(FOLDER, name + ".stamp")
    with contextlib.suppress(FileNotFoundError), open(path) as stream:
        if stream.read() == stamp:
            return
    make()
    with open(path, "w") as stream:
        stream.write(stamp)


def install_packages():
    """What builds the wheel, apart from the environment, and all that the wheel asks for."""
    for folder in (VENV, TOOLS, WHEELS):
        shutil.rmtree(folder, ignore_errors=True)
    without_wheel = Packages(sys.executable, run_pip, TOOLS, BUILT)
    without_wheel.install_tools()
    venv.create(VENV, symlinks=True)
    pip("--python", PYTHON, "install", "--no-deps", "--no-index", *without_wheel.built())
    build()
    # What is imported is compiled then: of all that is installed, that is the smaller part.
    pip("--python", PYTHON, "install", "--no-compile", "%s[%s]" % (built(), EXTRAS),
        "-c", CONSTRAINTS, "--only-binary", ":all:")


def build_wheel():
    build()
    pip("--python", PYTHON, "install", "--no-deps", "--force-reinstall", built())


def build():
    shutil.rmtree(WHEELS, ignore_errors=True)
    with tempfile.TemporaryDirectory() as copy:
        for path in source_files():
            os.makedirs(os.path.dirname(os.path.join(copy, path)), exist_ok=True)
            shutil.copy(os.path.join(ROOT, path), os.path.join(copy, path))
        pip("wheel", "--no-deps", "--no-build-isolation", "-w", WHEELS, copy, PYTHONPATH=TOOLS)


def built():
    path, = glob.glob(os.path.join(WHEELS, "*.whl"))
    return path


def pip(*arguments, **environ):
    """What the suite's pip says. Raises NoNetwork, or AssertionError with that."""
    return run_pip([sys.executable, "-m", "pip", "--disable-pip-version-check"] + list(arguments),
                   environ, FOLDER)


def run_pip(command, environ, cwd):
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        command, env=dict(clean, **environ), cwd=cwd, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, universal_newlines=True)
    if done.returncode and NO_NETWORK.search(done.stdout):
        raise NoNetwork("pip can't reach the package index")
    assert done.returncode == 0, done.stdout
    return done.stdout


def run(code, cwd, **environ):
    """What `code` prints in the environment, from outside of the repository."""
    clean = {name: value for name, value in os.environ.items()
             if name not in ("PYTHONPATH", "DJANGO_SETTINGS_MODULE")}
    return subprocess.run([PYTHON, "-c", code], env=dict(clean, **environ), cwd=str(cwd),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
                          universal_newlines=True).stdout
