"""
Finding a Python that is newer than the one that runs this.
"""
import glob
import os
import shutil
import subprocess

OLDEST = (3, 11)   # what the pinned set of the peer asks for
NEWEST = (3, 13)   # what it was tried with
PROBE = "import ensurepip, sqlite3, ssl, sys, venv; print('%d.%d' % sys.version_info[:2])"


def newest():
    """The path of the newest suitable Python, or None."""
    found = [(version_of(path), path) for path in candidates()]
    suitable = [pair for pair in found if pair[0] and OLDEST <= pair[0] <= NEWEST]
    return max(suitable)[1] if suitable else None


def candidates():
    """Every path that may be a Python 3; a name on the PATH proves nothing, so each is run."""
    names = ["python%d.%d" % (OLDEST[0], minor) for minor in range(OLDEST[1], NEWEST[1] + 1)]
    on_path = [shutil.which(name) for name in names]
    home = os.path.expanduser("~")
    roots = [
        os.path.join(os.environ.get("PYENV_ROOT", os.path.join(home, ".pyenv")), "versions", "*"),
        os.path.join(home, ".asdf", "installs", "python", "*"),
        os.path.join(home, ".local", "share", "uv", "python", "*"),
        "/usr/local", "/opt/python", "/opt/python/*",
    ]
    inside = [path for root in roots for name in names
              for path in glob.glob(os.path.join(root, "bin", name))]
    return [path for path in on_path + inside if path]


def version_of(path):
    """(major, minor) of the Python at `path`, or None if it doesn't run or lacks a module."""
    try:
        result = subprocess.run([path, "-c", PROBE], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=20)
        return tuple(int(part) for part in result.stdout.decode().split(".")) or None
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def words(version):
    return "%d.%d" % version
