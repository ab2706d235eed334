"""
Installs into .venv exactly what the lock of its Python lists, and gives .env a secret key of its
own. WORKSHOP_VENV is another folder to use instead of .venv.

    environment.py --ready [X.Y]           exit 0: .venv is up to date (and of Python X.Y)
    environment.py --make NAME ARGUMENT…   update it, then become .venv's "python ARGUMENT…"

Runs on the base interpreter, before any package is installed: standard library only.
"""
import fcntl
import hashlib
import json
import os
import platform
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import venv

import packages
from packages import ROOT
from processes import Problem

VENV = os.path.join(ROOT, os.environ.get("WORKSHOP_VENV", ".venv"))
VENV_PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "workshop-installed.json")
UNFINISHED = os.path.join(VENV, "workshop-unfinished")
DOTENV = os.path.join(ROOT, ".env")
LOG = os.path.join(VENV, "pip.log")
BUILT = os.path.join(VENV, "built")  # the wheels built here

NO_NETWORK = re.compile(
    r"NewConnectionError|ConnectTimeoutError|ReadTimeoutError|ConnectionResetError|ProxyError|"
    r"MaxRetryError|Connection broken|Network is unreachable|Connection refused|"
    r"[Nn]ame resolution|Name or service not known|nodename nor servname")


def wanted_stamp():
    digest = hashlib.sha256()
    for path in (packages.lock("dev-"), packages.lock("build-"), packages.HEADER,
                 packages.__file__):
        with open(path, "rb") as stream:
            digest.update(stream.read())
    return {
        "path": VENV,  # the installed commands start with it: a copied .venv doesn't work
        "python": platform.python_version(),
        "requirements": digest.hexdigest(),
    }


def read_stamp():
    try:
        with open(STAMP) as stream:
            return json.load(stream)
    except (OSError, ValueError):
        return None


def is_ready():
    return (read_stamp() == wanted_stamp() and not os.path.exists(UNFINISHED)
            and os.path.exists(DOTENV))


def is_usable():
    """
    Whether packages may be installed over what is there: a complete .venv with this path and
    Python, or one made by hand.
    """
    if os.path.exists(UNFINISHED):
        return False
    stamp, wanted = read_stamp(), wanted_stamp()
    if stamp and (stamp.get("path"), stamp.get("python")) != (wanted["path"], wanted["python"]):
        return False
    try:
        version = subprocess.check_output(
            [VENV_PYTHON, "-c", "import pip, platform; print(platform.python_version())"],
            stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return False
    return version.decode().strip() == wanted["python"]


def remove():
    if os.path.islink(VENV):
        os.unlink(VENV)
    elif os.path.isdir(VENV):
        shutil.rmtree(VENV)


def run(command, environ, cwd=ROOT):
    """Runs one of pip's commands, with its output in LOG. Raises Problem if it fails."""
    clean = {name: value for name, value in os.environ.items()
             if name not in ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_USER")}
    # In a separate session, so that an interruption also ends what pip has started.
    with open(LOG, "ab") as log:
        process = subprocess.Popen(
            command, cwd=cwd, env=dict(clean, PIP_RETRIES="2", **environ), stdout=log,
            stderr=subprocess.STDOUT, start_new_session=True)
    try:
        failed = process.wait()
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    if failed:
        raise Problem(pip_problem())


def pip_problem():
    with open(LOG, errors="replace") as stream:
        output = stream.read()
    log = os.path.relpath(LOG, ROOT)
    if NO_NETWORK.search(output):
        return "can't reach the package index; is there a network? pip's output: %s" % log
    errors = [line for line in output.splitlines() if line.startswith("ERROR: ")]
    return "pip can't install the packages (%s); its output: %s" % (
        errors[0][len("ERROR: "):] if errors else "no reason given", log)


def install(*arguments):
    """pip install. For services.py."""
    run([VENV_PYTHON, "-m", "pip", "install", "--disable-pip-version-check"] + list(arguments), {})


def install_lock():
    shutil.rmtree(BUILT, ignore_errors=True)
    with tempfile.TemporaryDirectory() as tools:
        packages.Packages(VENV_PYTHON, run, tools, BUILT).install(packages.lock("dev-"))
    unlocked = installed() - set(packages.pins(packages.lock("dev-")))
    if unlocked:
        run([VENV_PYTHON, "-m", "pip", "uninstall", "--yes"] + sorted(unlocked), {})


def installed():
    """The names of what is installed in .venv."""
    listed = subprocess.check_output(
        [VENV_PYTHON, "-m", "pip", "--disable-pip-version-check", "list", "--format", "json"])
    return {packages.canonical(each["name"]) for each in json.loads(listed.decode())}


def make(name):
    if not is_usable():
        remove()
        os.mkdir(VENV)
    open(UNFINISHED, "w").close()
    print("%s: installing the packages for CPython %s, a minute or so (log: %s)" % (
        name, platform.python_version(), os.path.relpath(LOG, ROOT)), flush=True)
    if not os.path.exists(VENV_PYTHON):
        venv.create(VENV, with_pip=True, symlinks=True)
    open(LOG, "w").close()
    install_lock()
    if not packages.has_fast_msgpack(VENV_PYTHON):
        print("%s: msgpack is in pure Python here, and slow; install a C++ compiler (g++), then "
              "remove %s" % (name, os.path.relpath(VENV, ROOT)), file=sys.stderr, flush=True)
    with open(STAMP, "w") as stream:
        json.dump(wanted_stamp(), stream)
    os.unlink(UNFINISHED)


def write_dotenv(name):
    try:
        descriptor = os.open(DOTENV, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as stream:
        stream.write("# For development, written by %s. .env.example lists every setting.\n"
                     "DEBUG=1\nSECRET_KEY=%s\n" % (name, secrets.token_urlsafe(50)))
    print("%s: wrote .env (DEBUG=1 and a new SECRET_KEY)" % name, flush=True)


def interrupted(number, frame):
    sys.exit(128 + number)


def main(mode, name="", *arguments):
    if mode == "--ready":
        return 0 if is_ready() and name in ("", "%d.%d" % sys.version_info[:2]) else 1
    before = {number: signal.signal(number, interrupted)
              for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    # One at a time: script/server and script/test may be started together.
    checkout = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(checkout, fcntl.LOCK_EX)
    try:
        write_dotenv(name)
        if not is_ready():
            make(name)
    except (Problem, OSError, subprocess.CalledProcessError) as problem:
        print("%s: %s" % (name, problem), file=sys.stderr)
        return 1
    os.close(checkout)
    for number, handler in before.items():
        signal.signal(number, handler)
    os.execv(VENV_PYTHON, [VENV_PYTHON] + list(arguments))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
