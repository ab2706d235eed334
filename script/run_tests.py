"""
The part of script/test that runs in .venv: Redis, PostgreSQL and pytest.
"""
import contextlib
import os
import signal
import subprocess
import sys

import environment
import processes
import services
from processes import Interrupted, Problem, Signals

REQUIRE = "--require-everything"
FAST = "--fast"
# Left out by --fast: tests that start many processes, and those that try hundreds of generated
# cases and can't do with a tenth of them (tests/support/examples.py).
LONG = (
    "tests/live", "tests/browser", "tests/projects", "tests/channels_lts/layers",
    "tests/scripts/test_server.py", "tests/scripts/test_finding_python.py",
    "tests/scripts/test_environment.py", "tests/benchmarks/test_running.py",
    "tests/benchmarks/test_profile.py", "tests/channels_lts/worker/test_process.py",
    "tests/primer/test_race.py", "tests/support/test_forks.py",
    "tests/workshop/test_environment.py", "tests/channels_lts/test_handler_fuzz.py",
    "tests/channels_lts/binding/test_machine.py",
    "tests/channels_lts/binding/triggers/test_machine.py",
    "tests/channels_lts/presence/test_machine.py",
    "tests/channels_lts/security/daphne/test_floods.py",
    "tests/channels_lts/security/daphne/test_fuzz.py",
)
# Also left out unless everything is required: tests that start a process or two, or wait for
# seconds.
SLOW = (
    "tests/channels_lts/test_compat.py", "tests/channels_lts/postgresql/test_stopped.py",
    "tests/channels_lts/security/daphne/test_open_files.py",
    "tests/channels_lts/security/daphne/test_real_daphne.py",
    "tests/channels_lts/security/daphne/test_tls.py",
    "tests/channels_lts/admin/test_checks.py::test_each_is_told_once_where_nothing_else_asks_for",
    "tests/channels_lts/delay/test_command.py::test_a_project_without_the_table_gets_one_line",
    "tests/channels_lts/test_caches.py::test_processes_count_together",
    "tests/channels_lts/test_caches.py::test_a_cache_that_hangs_is_waited_for_by_one",
    "tests/channels_lts/test_caches.py::test_a_cache_on_the_layers_server_is_away",
    "tests/channels_lts/test_caches.py::test_a_connection_that_the_network_has_forgotten",
    "tests/channels_lts/test_caches.py::test_a_replica_is_left_for_the_master",
    "tests/channels_lts/test_checks.py::test_a_cluster_is_an_error_before_a_deployment",
    "tests/channels_lts/test_checks.py::test_a_foreign_project_is_asked_for_nothing_of_the_site",
    "tests/channels_lts/test_imports.py::test_without_an_optional_package",
    "tests/channels_lts/test_templatetags.py",
    "tests/benchmarks/test_plan.py::test_the_docs_have_the_figures_that_the_plan_prints",
    "tests/deploy/test_kubernetes.py::test_kubectl_builds_the_same",
    "tests/deploy/test_kubernetes.py::test_the_site_takes_the_settings_of_the_example",
    "tests/primer/test_news.py::test_an_address_may_ask_so_often",
    "tests/primer/test_news.py::test_a_user_may_ask_so_often",
    "tests/workshop/test_sqlite.py::test_a_forked_process_opens_its_own",
    "tests/workshop/test_sqlite.py::test_pages_wait_no_longer_than_five_seconds",
)
# As tests/support/ports.py distributes the ports.
MOST_PROCESSES = 8

say = services.say_as("script/test")


def process_names(is_fast):
    """
    The names of pytest-xdist's processes. In the whole suite, tests spend half of the time waiting
    for other processes: two for each core.
    """
    cores = os.cpu_count() or 1
    number = cores if is_fast else cores * 2
    return ["gw%d" % each for each in range(min(max(number, 2), MOST_PROCESSES))]


def provide_redis(stack, signals, names):
    """One for each process: deployments in different tests flush their databases."""
    for name in names:
        port = processes.free_port()
        stack.enter_context(services.running_redis(say, signals, "127.0.0.1", port))
        os.environ["TEST_REDIS_URL_" + name] = "redis://127.0.0.1:%d/0" % port
    os.environ["TEST_REDIS_URL"] = os.environ["TEST_REDIS_URL_" + names[0]]


def keep_bytecode():
    """Otherwise each of hundreds of processes would compile what it imports from the repository."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def provide_postgres(stack, signals, names, is_required):
    if os.environ.get("TEST_DATABASE_URL"):
        return
    folder = services.postgres_folder()
    if folder:
        live = ["live_" + name for name in names]
        server = stack.enter_context(
            services.running_postgres(signals, folder, "workshop", *live))
        os.environ["TEST_DATABASE_URL"] = server + "/workshop"
        for name, database in zip(names, live):
            os.environ["TEST_LIVE_DATABASE_URL_" + name] = server + "/" + database
        os.environ["TEST_LIVE_DATABASE_URL"] = server + "/" + live[0]
    elif is_required:
        raise Problem("no PostgreSQL (initdb) on this machine, and %s is given" % REQUIRE)
    else:
        say("no PostgreSQL (initdb) on this machine: the tests that need one are skipped")


def run_pytest(arguments, signals):
    # In this process group, so that a debugger can read the terminal; Ctrl-C reaches pytest too.
    process = subprocess.Popen([sys.executable, "-m", "pytest"] + arguments)
    try:
        signals.wait_until(lambda: process.poll() is not None)
    finally:
        if signals.number == signal.SIGINT and sys.stdin.isatty():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(30)
        processes.end(process, timeout=30, number=signal.SIGINT)
    return process.returncode


def pytest_arguments(arguments):
    """script/test's arguments in pytest's terms."""
    chosen = [argument for argument in arguments if argument not in (FAST, REQUIRE)]
    if not chosen:  # a debugger, or a few tests, run better in one process
        chosen = ["--numprocesses=%d" % len(process_names(FAST in arguments)), "--dist=loadfile"]
    return chosen + [without(path) for path in left_out(arguments)]


def left_out(arguments):
    if FAST not in arguments:
        return ()
    return LONG if REQUIRE in arguments else LONG + SLOW


def without(path):
    """
    pytest's option for excluding `path`: a folder, a file, or a file with the prefix of a test's
    name.
    """
    return ("--deselect=" if "::" in path else "--ignore=") + path


def run(arguments, signals):
    is_fast, is_required = FAST in arguments, REQUIRE in arguments
    if is_required:
        os.environ["WORKSHOP_REQUIRE"] = "1"
    os.environ["WORKSHOP_FAST"] = "1" if is_fast else "0"
    keep_bytecode()
    names = process_names(is_fast)
    with contextlib.ExitStack() as stack:
        provide_redis(stack, signals, names)
        if is_required or not is_fast:
            provide_postgres(stack, signals, names, is_required)
        return run_pytest(pytest_arguments(arguments), signals)


def main(arguments):
    os.chdir(environment.ROOT)
    signals = Signals()
    try:
        return run(arguments, signals)
    except Interrupted:
        return 128 + signals.number
    except Problem as problem:
        say(problem, sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
