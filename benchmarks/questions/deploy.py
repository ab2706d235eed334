"""
A restart and a deploy while people are there: which pages fail, who is thrown out, what is lost?
"""
import threading
import time
from collections import OrderedDict
from copy import copy

from .. import nginx
from ..contestants.base import START_SECONDS
from ..field import running
from ..figures import at_most, milliseconds, number
from ..processes import page_answers

OURS = "workshop-commands"
CONTESTANTS = (OURS, "workshop", "stock-raised", "channels4", "channels4-uvicorn")
SCENARIOS = OrderedDict((
    ("restart", ("one of two servers is restarted", lambda each: each.restart_server(0))),
    ("code", ("a deploy of the site's code", lambda each: each.deploy())),
))
GROUP = "residents"
AFTER_SECONDS = 5  # how long it is watched then


def arguments(parser):
    parser.add_argument("--residents", type=int, default=500,
                        help="sockets that stay (default 500)")
    parser.add_argument("--visitors", type=int, default=4,
                        help="who ask for pages all the time (default 4)")
    parser.add_argument("--frames-per-second", type=float, default=10,
                        help="sends to all sockets meanwhile (default 10)")


def measure(options, left_out, say):
    results = {scenario: OrderedDict() for scenario in SCENARIOS}
    if not nginx.program():
        left_out["deploy"] = "nginx is not on the PATH"
        return results
    for name in CONTESTANTS:
        alone = copy(options)
        alone.contestants = [each for each in options.contestants if each == name]
        # One at a time: what is measured is how long they keep two processors busy.
        with running(alone, left_out, say, servers=2, workers=2) as field:
            for scenario, (words, act) in SCENARIOS.items():
                say("deploy: %s, %s" % (name, words))
                for found in field.each(lambda each: watched(each, act, options)).values():
                    results[scenario][name] = found
    return results


def watched(contestant, act, options):
    """What sockets and visitors saw while `act(contestant)` was done."""
    proxy = contestant.keep(nginx.Nginx(contestant.ports, contestant.folder.path))
    people = [contestant.start_client(name) for name in ("residents", "visitors")]
    residents, visitors = people
    try:
        proxy.wait_for(lambda: page_answers(proxy.port), START_SECONDS)
        residents.ask("reside", 120, port=proxy.port, path="/group/%s/" % GROUP,
                      count=options.residents)
        visitors.ask("visit", port=proxy.port, path="/?visitor=somebody", count=options.visitors)
        begun, took = sent_meanwhile(contestant, act, 1 / options.frames_per_second)
        pages, sockets = (told(each) for each in (visitors, residents))
    finally:
        for process in people + [proxy]:
            contestant.end(process)
    last = sockets.pop("last_back")
    return dict(sockets, seconds=took, back=last and last - begun, visits=pages)


def told(client):
    client.asker.send("enough")
    found = client.asker.answer()
    client.asker.answer()  # that of "enough"
    return found


def sent_meanwhile(contestant, act, pause):
    """
    Sends numbers to all while `act` is done, a second before it, and AFTER_SECONDS more; returns
    when it began, and how long it took.
    """
    doing = Doing(lambda: act(contestant))
    until, turn = None, 0
    start = time.monotonic() + 1
    while until is None or time.monotonic() < until:
        contestant.sender.ask("send", groups=[GROUP], text=str(turn))
        turn += 1
        time.sleep(pause)
        if doing.begun is None and time.monotonic() >= start:
            doing.start()
        elif until is None and doing.is_done():
            until = time.monotonic() + AFTER_SECONDS
    time.sleep(1)  # for the last frame to come
    return doing.begun, doing.took


class Doing:
    """Something done in a separate thread."""

    def __init__(self, work):
        self.work = work
        self.begun = self.took = self.error = None
        self.thread = threading.Thread(target=self._run)

    def start(self):
        self.begun = time.monotonic()
        self.thread.start()

    def is_done(self):
        """Raises what the work has raised."""
        if self.begun is None or self.thread.is_alive():
            return False
        if self.error:
            raise self.error
        return True

    def _run(self):
        try:
            self.work()
        except Exception as error:
            self.error = error
        self.took = time.monotonic() - self.begun


def tables(results):
    header = ["contestant", "took s", "pages", "failed", "slowest ms", "p50", "thrown out",
              "handshakes refused", "all back after s", "longest away s", "frames", "lost"]
    return [(words, header, [row(name, found) for name, found in results[scenario].items()])
            for scenario, (words, _) in SCENARIOS.items()]


def row(name, found):
    pages = found["visits"]
    return [name, number(found["seconds"]), pages["pages"], counted(pages["failed"]),
            number(milliseconds(pages["slowest"])), number(milliseconds(pages["p50"])),
            counted(found["closes"]), counted(found["failures"]), number(found["back"]),
            number(found["longest_away"]), found["seen"], found["lost"]]


def counted(counts):
    return ", ".join("%s: %d" % pair for pair in sorted(counts.items())) or 0


def checks(results):
    found = [check for scenario in SCENARIOS
             for check in of_pages(scenario, results[scenario].get(OURS))]
    code = results["code"].get(OURS)
    return found + [
        at_most("deploy of code: frames lost", code and code["lost"], 0),
        at_most("deploy of code: sockets thrown out", code and sum(code["closes"].values()), 0)]


def of_pages(scenario, found):
    pages = found and found["visits"]
    yield at_most("deploy, %s: pages failed" % scenario, pages and sum(pages["failed"].values()), 0)
    yield at_most("deploy, %s: slowest page" % scenario,
                  pages and milliseconds(pages["slowest"]), 1000, " ms")
