"""
Counts the calls of running Python processes with cProfile.
"""
import marshal
import os
import signal
import sys

from .owners import OF_ITS_CALLER, module_path, owner_of
from .stacks import Frame

# cProfile's names for C functions in which a process waits for another one, and for its own.
LEFT_OUT = ("'poll' of 'select.", "'recv' of '_socket.socket'", "'recv_into' of '_socket.socket'",
            "select.select", "time.sleep", "of '_lsprof.Profiler'")
WRITE_SECONDS = 30


def wrap(command, log):
    """
    The command that runs a Python program, with its output in `log`, so that it can be counted.
    """
    python, program = sys.executable, command
    if os.path.basename(command[0]).startswith("python"):
        python, program = command[0], command[1:]
    return [python, "-m", "benchmarks.traced", path_beside(log)] + program


def path_beside(log):
    return os.path.splitext(log)[0] + ".calls"


def begin(process):
    """Starts counting the calls of a processes.Process."""
    process.popen.send_signal(signal.SIGUSR1)


def end(process):
    """
    What was called since then, as dumped by cProfile and read by pstats.Stats (which needs at least
    one call). Raises StartFailed if it doesn't come.
    """
    path = path_beside(process.log)
    process.popen.send_signal(signal.SIGUSR2)
    process.wait_for(lambda: os.path.exists(path), WRITE_SECONDS)
    with open(path, "rb") as dump:
        stats = marshal.load(dump)
    os.remove(path)
    return stats


def summary(stats, most=10):
    """
    Of what `end` returned, {function: (…, calls, own seconds, …)}: `calls`, `seconds` (all but
    waiting), and `top`, the functions with the most own time: [function, owner, calls, own
    seconds].
    """
    rows = [(_frame(key), value[1], value[2]) for key, value in stats.items()]
    rows = [row for row in rows if not _is_left_out(row[0])]
    top = sorted(rows, key=lambda row: -row[2])[:most]
    return {
        "calls": sum(calls for _, calls, _ in rows),
        "seconds": sum(own for _, _, own in rows),
        "top": [["%s (%s)" % frame if frame.path else frame.function, _owner(frame), calls, own]
                for frame, calls, own in top],
    }


def _frame(key):
    path, _, function = key
    return Frame(function, "" if path == "~" else module_path(path))


def _is_left_out(frame):
    """Waiting, and calls made only for the counting."""
    return (frame.path == "benchmarks/traced.py"
            or not frame.path and any(each in frame.function for each in LEFT_OUT))


def _owner(frame):
    if not frame.path:
        return "C"
    return owner_of(frame) or OF_ITS_CALLER
