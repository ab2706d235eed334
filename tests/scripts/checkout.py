"""
Running the scripts as a person does: as processes, with an environment that the test gives.
"""
import os
import shutil
import subprocess
import sys

from tests.support import ROOT

sys.path.insert(0, os.path.join(ROOT, "script"))

COMMANDS_OF_THE_SCRIPTS = ("bash", "basename", "dirname", "env")


def read(*path):
    with open(os.path.join(ROOT, *path)) as stream:
        return stream.read()


def make_command(folder, name, text):
    """An executable of that name, on its own in a folder that can go on a PATH."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text("#!/bin/sh\n%s\n" % text)
    path.chmod(0o755)
    return str(path)


def bare_environment(tmp_path, *folders):
    """An environment without any Python except for those in the folders."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in COMMANDS_OF_THE_SCRIPTS:
        (tools / name).symlink_to(shutil.which(name))
    return {
        "PATH": os.pathsep.join([str(folder) for folder in folders] + [str(tools)]),
        "HOME": str(tmp_path),
        "PYTHON_PLACES": "",
    }


def copy_scripts(tmp_path):
    """A checkout without .venv and .env, of what script/bootstrap reads."""
    target = tmp_path / "checkout"
    shutil.copytree(os.path.join(ROOT, "script"), str(target / "script"),
                    ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(os.path.join(ROOT, "requirements"), str(target / "requirements"))
    return target


def run(arguments, environ, cwd=ROOT, timeout=180):
    return subprocess.run(arguments, env=environ, cwd=str(cwd), timeout=timeout, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
