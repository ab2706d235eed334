"""
    procfile.py WORKERS     runs the Procfile's processes with honcho, and this many workers

`honcho start` would let .env override the environment, and give the workers another PORT.
"""
import os
import shlex
import sys

from honcho.environ import expand_processes, parse_procfile
from honcho.manager import Manager
from honcho.printer import Printer

TRUE = ("1", "true", "yes", "on")  # as read by the settings


def main(workers):
    with open("Procfile") as stream:
        commands = parse_procfile(stream.read()).processes
    commands.pop("release")
    if os.environ.get("BINDING_TRIGGERS", "").strip().lower() not in TRUE:
        commands.pop("listener")  # it would end immediately, and everything with it
    for name in commands:
        if name != "web":
            commands[name] = "%s script/keep.py %s" % (shlex.quote(sys.executable), name)
    manager = Manager(Printer(sys.stdout))
    for process in expand_processes(commands, concurrency={"worker": int(workers)}):
        manager.add_process(process.name, process.cmd, env=dict(os.environ, **process.env))
    manager.loop()
    return manager.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
