"""
    keep.py NAME     runs that process of the Procfile, and restarts it whenever it ends

Like a supervisor in production: workers and the delay process may be stopped while the site runs,
one by one or all of them.
A process that fails right after its start (an invalid setting) is not restarted.
"""
import re
import shlex
import signal
import subprocess
import sys
import time

from honcho.environ import parse_procfile

SOON = 5  # seconds


class Keeper:
    def __init__(self, command):
        # By its path, which distinguishes this site's processes from those of others (README).
        self.command = re.sub(r"^python(?= )", shlex.quote(sys.executable), command)
        self.is_stopping = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.stop)

    def stop(self, number, frame):
        # honcho signals the whole group, so the process gets its own; a second signal would make a
        # worker drop what it is handling.
        self.is_stopping = True

    def run(self):
        while True:
            start = time.monotonic()
            code = subprocess.call(["/bin/sh", "-c", "exec " + self.command])
            failed = code > 0 and time.monotonic() - start < SOON  # negative: it was killed
            if self.is_stopping or failed:
                return code
            print("ended (%s) while the site runs: starting it again" % code, flush=True)


if __name__ == "__main__":
    with open("Procfile") as stream:
        sys.exit(Keeper(parse_procfile(stream.read()).processes[sys.argv[1]]).run())
