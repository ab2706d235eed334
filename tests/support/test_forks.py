"""
A forked process looks like a new Python to whoever has started it.
"""
import json
import os
import signal
import subprocess
import sys

import pytest

from . import ROOT, forks
from .waiting import wait_for

TELL = """
import atexit, json, os, sys
atexit.register(print, "the end")
sys.stderr.write("a word\\n")
print(json.dumps([sys.argv[1:], os.environ.get("WORD"), os.getcwd(), __name__, sys.path[0],
                  sys.modules["__main__"].__file__]))
"""
SLEEP = "import time; print('asleep'); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, lambda *_: print('no'));" + SLEEP
LISTEN = """
import sys
from twisted.internet import protocol, reactor

for _ in range(int(sys.argv[1])):
    reactor.listenTCP(0, protocol.Factory(), interface="127.0.0.1")
reactor.callWhenRunning(print, "running")
reactor.run()
"""
SUITE = """
import os, sys
from tests.support import forks
child = forks.forks_of().start([sys.argv[1]], dict(os.environ), sys.argv[2], os.getcwd(), False)
print(child.pid, flush=True)
sys.stdin.read()
"""


class Started:
    """A script that is forked, and its output."""

    def __init__(self, folder, code, *arguments, **environment):
        self.path = str(folder / "script.py")
        self.output = str(folder / "output")
        with open(self.path, "w") as script:
            script.write(code)
        self.child = forks.forks_of().start(
            [self.path] + list(arguments), dict(os.environ, **environment), self.output,
            str(folder), django=False)

    def text(self):
        with open(self.output) as stream:
            return stream.read()


@pytest.fixture
def start(tmp_path):
    started = []

    def start_script(code, *arguments, **environment):
        folder = tmp_path / str(len(started))
        folder.mkdir()
        started.append(Started(folder, code, *arguments, **environment))
        return started[-1]
    yield start_script
    for each in started:
        each.child.kill()
        each.child.wait(15)


def test_a_script_sees_what_it_would_see_in_a_python_of_its_own(start):
    script = start(TELL, "one", "--two", WORD="given")
    assert script.child.wait(15) == 0
    assert script.child.pid != os.getpid()
    first, told, last = script.text().splitlines()
    folder = os.path.dirname(script.path)
    assert json.loads(told) == [
        ["one", "--two"], "given", folder, "__main__", folder, script.path]
    assert (first, last) == ("a word", "the end")


@pytest.mark.parametrize("code, status, said", [
    ("", 0, ""),
    ("import sys; sys.exit(3)", 3, ""),
    ("raise SystemExit('because')", 1, "because\n"),
    ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -signal.SIGKILL, ""),
])
def test_its_exit_status_is_told(start, code, status, said):
    script = start(code)
    assert script.child.wait(15) == script.child.poll() == script.child.returncode == status
    assert script.text() == said


def test_what_it_raises_is_in_its_output(start):
    script = start("1 / 0")
    assert script.child.wait(15) == 1
    assert script.text().splitlines()[-1] == "ZeroDivisionError: division by zero"


def test_signals_reach_it_and_nobody_else(start):
    gentle, stubborn = start(SLEEP), start(STUBBORN)
    for script in (gentle, stubborn):
        wait_for(lambda: "asleep" in script.text(), what="a sleeping script")
        script.child.terminate()
    assert gentle.child.wait(15) == -signal.SIGTERM
    wait_for(lambda: "no" in stubborn.text(), what="a handler that is called")
    with pytest.raises(subprocess.TimeoutExpired):
        stubborn.child.wait(0)
    stubborn.child.kill()
    assert stubborn.child.wait(15) == -signal.SIGKILL


needs_proc = pytest.mark.skipif(not os.path.exists("/proc/self/fdinfo"), reason="needs Linux")


@needs_proc
def test_each_has_a_reactor_that_waits_for_its_own_files_only(start):
    scripts = [start(LISTEN, number) for number in ("1", "4")]
    for script in scripts:
        wait_for(lambda: "running" in script.text(), what="a running reactor")
    one, four = (files_waited_for(script.child.pid) for script in scripts)
    assert four - one == 3


def files_waited_for(pid):
    """How many files all epolls of a process have (proc(5), /proc/[pid]/fdinfo)."""
    found = 0
    for name in os.listdir("/proc/%d/fdinfo" % pid):
        with open("/proc/%d/fdinfo/%s" % (pid, name)) as lines:
            found += sum(line.startswith("tfd:") for line in lines)
    return found


@needs_proc
def test_what_forks_the_site_holds_no_connection(tmp_path):
    script, output = tmp_path / "parent.py", tmp_path / "output"
    script.write_text("import os, sys; print(os.getppid(), 'workshop.urls' in sys.modules)")
    environment = site_environment(tmp_path)
    child = forks.forks_of().start([str(script)], environment, str(output), ROOT)
    assert child.wait(15) == 0
    parent, is_loaded = output.read_text().split()
    files = ["/proc/%s/fd/%s" % (parent, name) for name in os.listdir("/proc/%s/fd" % parent)]
    sockets = [file for file in files if os.readlink(file).startswith("socket:")]
    assert (len(sockets), is_loaded) == (1, "True")  # the one that it is asked by


def site_environment(folder, **different):
    return dict(os.environ, DJANGO_SETTINGS_MODULE="workshop.settings", DEBUG="1",
                SECRET_KEY="only for tests", DATABASE_URL="sqlite:///%s/db" % folder, **different)


def test_with_wrong_settings_the_process_itself_says_so(tmp_path):
    output = str(tmp_path / "output")
    child = forks.start([sys.executable, "manage.py", "check"],
                        site_environment(tmp_path, OPEN_ACCESS="perhaps"), output, ROOT)
    assert child.wait(60) == 1
    with open(output) as stream:
        line, = stream.read().splitlines()
    assert "OPEN_ACCESS" in line


def test_nothing_outlives_a_suite_that_is_killed(tmp_path):
    script, output = tmp_path / "script.py", tmp_path / "output"
    script.write_text(STUBBORN)
    suite = subprocess.Popen([sys.executable, "-c", SUITE, str(script), str(output)], cwd=ROOT,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with suite.stdin, suite.stdout:
        pid = int(suite.stdout.readline())
        wait_for(lambda: "asleep" in output.read_text(), what="a sleeping script")
        suite.kill()
        suite.wait(15)
        wait_for(lambda: not is_alive(pid), what="the end of what it had started")


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("command, python", [
    (["/a/bin/python3.11", "manage.py", "check"], "/a/bin/python3.11"),
    (["/a/bin/daphne", "-p", "1"], "/a/bin/" + os.path.basename(sys.executable)),
    (["/a/bin/python", "-c", "pass"], None),
    (["nginx", "-c", "file"], None),
])
def test_scripts_are_told_from_other_commands(command, python):
    found, rest = forks.interpreter_of(command)
    assert found == python
    assert rest == (command[1:] if "python" in command[0] and python else command)
