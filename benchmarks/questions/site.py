"""
The site's own pages by daphne and two workers, and by gunicorn: how long does one take? Both write
a line for each into a log. Pages a second are those of the best round: gunicorn's processes may
share the kept connections unevenly, and then one does most of the work.
"""
import os
import sys
from collections import OrderedDict
from contextlib import contextmanager

from .. import site
from ..contestants import gunicorn
from ..contestants.base import CHECKOUT, START_SECONDS
from ..figures import at_least, ratio
from ..processes import Folder, Process, free_port, page_answers, stop_all
from . import page

PATHS = "/about/", "/links/"
CLIENTS = 1, 32
OURS, THEIRS = "workshop, two workers", "gunicorn, two processes"


def arguments(parser):
    parser.add_argument("--site-seconds", type=float, default=2.5,
                        help="length of one turn (default 2.5)")


def measure(options, left_out, say):
    """{path: {number of clients: {who: page.summary}}}; the database has the demo rows."""
    reason = gunicorn.missing()
    if reason:
        left_out["site"] = reason
        return {}
    results = OrderedDict()
    with site.running(is_production=True) as (deployment, _redis), \
            beside(deployment) as (client, port):
        ports = OrderedDict([(OURS, deployment.port), (THEIRS, port)])
        for path in PATHS:
            for clients in CLIENTS:
                say("site: %s, %d clients" % (path, clients))
                turns = {who: [] for who in ports}
                for number in range(options.warmup + options.rounds):
                    for who in ports:
                        turn = client.ask("pages", options.site_seconds + 60, port=ports[who],
                                          path=path, clients=clients, seconds=options.site_seconds)
                        turns[who] += [turn] if number >= options.warmup else []
                results.setdefault(path, OrderedDict())[str(clients)] = {
                    who: best(page.summary(turns[who])) for who in ports}
    return results


def best(summary):
    return dict(summary, per_second=[max(summary["per_second"])])


@contextmanager
def beside(deployment):
    """Yields (a client, the port of a gunicorn that serves the same site)."""
    folder, processes, port = Folder(), [], free_port()
    environment = dict(deployment.environment, PYTHONPATH=os.pathsep.join(
        [CHECKOUT, gunicorn.FOLDER]), PYTHONWARNINGS="ignore")
    try:
        processes.append(Process(
            "gunicorn", gunicorn.command(sys.executable, "workshop.wsgi:application", port)
            + ["--access-logfile", "-"], folder.path, environment, CHECKOUT))
        processes[0].wait_for(lambda: page_answers(port, "/about/"), START_SECONDS)
        processes.append(Process("client", [sys.executable, "-m", "benchmarks.client"],
                                 folder.path, environment, CHECKOUT, pipes=True))
        yield processes[1], port
    finally:
        stop_all(processes)
        folder.remove()


def tables(results):
    return [("%s, %s clients at a time" % (path, clients), header, rows)
            for path, found in results.items()
            for (_title, header, rows), clients in zip(page.tables(found), found)]


def checks(results):
    many = results.get("/links/", {})
    return [at_least("/links/ for 32 clients, pages a second of workshop / gunicorn", ratio(
        page.value(many, "32", OURS, "per_second"),
        page.value(many, "32", THEIRS, "per_second")), 0.9)]
