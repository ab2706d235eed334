"""
Packages that a contestant needs beside the environment, installed when it first takes part.
"""
import os
import subprocess

SECONDS = 600


def run(*commands, **options):
    """Runs them one after another; why one failed, or None. `options`: of subprocess.run."""
    for command in commands:
        try:
            result = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                    stderr=subprocess.PIPE, timeout=SECONDS, **options)
        except (OSError, subprocess.TimeoutExpired) as error:
            return "%s failed: %s" % (" ".join(command[1:4]), error)
        if result.returncode:
            return "%s failed: %s" % (" ".join(command[1:4]), result.stderr[-500:].decode())
    return None


def once(folder, wanted, install):
    """
    Calls `install()`, which returns why it failed or None, unless `folder` says that `wanted` is
    there already. Returns the same.
    """
    stamp = os.path.join(folder, "installed")
    if os.path.exists(stamp):
        with open(stamp) as installed:
            if installed.read() == wanted:
                return None
    failure = install()
    if failure:
        return failure
    for name, text in ((stamp, wanted), (os.path.join(folder, ".gitignore"), "*\n")):
        with open(name, "w") as stream:
            stream.write(text)
    return None
