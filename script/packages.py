"""
Installs the packages in a lock of requirements/ into a Python's environment.

    packages.py     what production needs, into the environment of the Python that runs this

Everything is checked against the lock's hashes, including build dependencies. Standard library
only, for CPython 3.7 to 3.13.
"""
import glob
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FOLDER = os.path.join(ROOT, "requirements")
HEADER = os.path.join(ROOT, "script", "msgpack.h")
VERSION = "%d.%d" % sys.version_info[:2]
PIN = re.compile(r"^([\w.-]+)==([^\s;\\]+)", re.MULTILINE)
STEPS = ["--disable-pip-version-check", "--no-input"]
WHEELS_ONLY = ["--only-binary", ":all:"]
FAST_MSGPACK = "from msgpack import _packer, _unpacker"


def lock(kind=""):
    """The path of this Python's lock: "" for production, "dev-", "build-"."""
    return os.path.join(FOLDER, kind + VERSION + ".txt")


def canonical(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(path):
    """{name: version} of a lock."""
    with open(path) as stream:
        return {canonical(name): version for name, version in PIN.findall(stream.read())}


def entry(path, name):
    """A package's entry in a lock, including its hashes."""
    with open(path) as stream:
        entries = re.split(r"\n(?=[\w#])", stream.read())
    return next(each for each in entries if each.startswith(name + "=="))


def without_wheel():
    """The packages that have to be built here."""
    names = ["msgpack-python"]
    if VERSION == "3.7":
        names.append("wsaccel")
    if platform.machine().lower() in ("arm64", "aarch64") and VERSION in ("3.7", "3.8", "3.9"):
        names.append("psycopg2-binary")
    return names


class Packages:
    """
    The environment of `python`, an interpreter of the same version as this one. `run(command,
    environ, cwd)` executes a command, and raises an exception if it fails.
    """

    def __init__(self, python, run, tools, wheels):
        self.python, self.run, self.tools, self.wheels = python, run, tools, wheels

    def install(self, path):
        """Everything in the lock at `path`."""
        self.build()
        self.pip("install", "--no-deps", "--no-index", "--force-reinstall", *self.built())
        self.pip("install", "--require-hashes", "-r", path, *WHEELS_ONLY)

    def build(self):
        """
        Builds wheels for packages without one, independently of what the environment contains.
        """
        self.install_tools()
        for name in without_wheel():
            with tempfile.TemporaryDirectory() as folder:
                self.build_one(name, folder)

    def install_tools(self):
        self.run([self.python, "-m", "pip", "install", "--target", self.tools,
                  "--require-hashes", "-r", lock("build-")] + STEPS + WHEELS_ONLY, {}, ROOT)

    def build_one(self, name, folder):
        requirement = os.path.join(folder, "requirement.txt")
        with open(requirement, "w") as stream:
            stream.write(entry(lock(), name))
        self.pip_to_build("download", folder, "--require-hashes", "-r", requirement,
                          "--no-binary", name, "--dest", folder)
        archive, = glob.glob(os.path.join(folder, "*.tar.gz"))
        shutil.unpack_archive(archive, folder)
        source = archive[:-len(".tar.gz")]
        self.pip_to_build("wheel", source, "--wheel-dir", self.wheels, source,
                          **(prepare_msgpack(source) if name == "msgpack-python" else {}))

    def built(self):
        return sorted(glob.glob(os.path.join(self.wheels, "*.whl")))

    def pip(self, *arguments):
        """Uses the locked pip, which isn't one of the environment's packages."""
        self.run([self.python, os.path.join(self.tools, "pip"), "--python", self.python]
                 + list(arguments) + STEPS, {}, ROOT)

    def pip_to_build(self, command, cwd, *arguments, **environ):
        self.run([self.python, "-m", "pip", command, "--no-deps", "--no-build-isolation"]
                 + list(arguments) + STEPS, dict(environ, PYTHONPATH=self.tools), cwd)


def prepare_msgpack(source):
    """
    The C++ that it ships compiles up to 3.8; where it doesn't, msgpack-python is silently installed
    without it: Cython generates it again. Returns the variables that needs.
    """
    for path in glob.glob(os.path.join(source, "msgpack", "*.cpp")):
        os.unlink(path)
    shutil.copy(HEADER, source)
    return {"CPPFLAGS": "-include " + os.path.basename(HEADER)}


def has_fast_msgpack(python):
    return not subprocess.call([python, "-c", FAST_MSGPACK], stderr=subprocess.DEVNULL)


def run(command, environ, cwd):
    subprocess.check_call(command, env=dict(os.environ, **environ), cwd=cwd)


def main():
    with tempfile.TemporaryDirectory() as folder:
        Packages(sys.executable, run, os.path.join(folder, "tools"),
                 os.path.join(folder, "wheels")).install(lock())
    if not has_fast_msgpack(sys.executable):
        sys.exit("packages.py: msgpack-python has no extension; is there a C++ compiler?")


if __name__ == "__main__":
    sys.exit(__doc__) if sys.argv[1:] else main()
