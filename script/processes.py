"""
Starts processes so that all of them can be ended again, whatever signal comes.
"""
import os
import signal
import socket
import subprocess
import time

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Problem(Exception):
    """What can be said in one line to the person who started the script."""


class Interrupted(Exception):
    pass


class Signals:
    """
    Records the first signal that should end everything. Waiting is done by polling `check`, so
    that a signal can't arrive between the start of a process and the recording of its pid.
    """

    def __init__(self):
        self.number = None
        for number in SIGNALS:
            # Under nohup the terminal may close.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, self.note)

    def note(self, number, frame):
        self.number = self.number or number

    def check(self):
        if self.number:
            raise Interrupted()

    def wait_until(self, condition, seconds=None):
        """
        Polls the condition; returns its first true value, or the last false one after the seconds.
        """
        end = None if seconds is None else time.monotonic() + seconds
        while True:
            self.check()
            value = condition()
            if value or (end is not None and time.monotonic() > end):
                return value
            time.sleep(0.05)


def start(arguments, **options):
    """
    Starts a process in a separate session: the terminal's Ctrl-C reaches only this script, which
    then ends the others in order.
    """
    return subprocess.Popen(arguments, start_new_session=True, **options)


def end(process, timeout, number=signal.SIGTERM):
    """Ends the process, and what is left of its descendants after the timeout."""
    family = descendants(process.pid)
    if process.poll() is None:
        process.send_signal(number)
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            family.update(descendants(process.pid))
            process.kill()
            process.wait()
    kill_remaining(family)


def kill_remaining(family):
    for pid, born in family.items():
        if identities().get(pid, (None, None))[1] == born:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


def descendants(pid):
    """The processes below one, as {pid: when it was started}: pids are reused."""
    table = identities()
    family, found = {}, {pid}
    while found:
        found = {child for child, (parent, born) in table.items() if parent in found}
        family.update({child: table[child][1] for child in found})
    return family


def identities():
    """{pid: (parent's pid, when it was started)} of every process. Slim images have no ps."""
    table = {}
    if os.path.exists("/proc/self/stat"):
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/stat" % name) as stream:
                    # The name, in brackets, may hold anything; a zombie needs no ending.
                    fields = stream.read().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                table[int(name)] = int(fields[1]), fields[19]
        return table
    lines = subprocess.check_output(["ps", "-A", "-o", "pid=,ppid=,lstart="]).decode()
    for line in lines.splitlines():
        pid, parent, born = line.split(None, 2)
        table[int(pid)] = int(parent), born
    return table


def is_taken(host, port):
    with socket.socket() as probe:
        probe.settimeout(2)
        # Some systems let two sockets bind to overlapping addresses, so connecting is tried too.
        if probe.connect_ex((host, port)) == 0:
            return True
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Problem("port %d needs more rights; choose one above 1023" % port)
        except OSError:
            return True
    return False


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
