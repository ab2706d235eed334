import faulthandler
import logging
import sys
import threading
import time
import traceback

from ..conf import settings

logger = logging.getLogger("django.channels")


class Task:
    """What a worker is running, since when, and in which thread."""

    def __init__(self, consumer, channel, path):
        self.description = "%s on %s%s" % (consumer, channel, " for " + path if path else "")
        self.started = time.monotonic()
        self.thread = threading.get_ident()


class Watchdog:
    """
    Reports each consumer that runs for longer than CONSUMER_SECONDS, once, with its stack. It can't
    stop them: Python can't. docs/workers.md says what a supervisor does.
    """

    def __init__(self, loops, has_timer=False, output=sys.__stderr__):
        """
        `loops` have a `task`, a Task or None. `has_timer`: whether we may use the interpreter's own
        timer, of which a process has one. `output`: a file with a descriptor, for the stacks.
        """
        self.loops = loops
        self.output = output if has_timer else None
        self.reported = {}  # loop: its last task that was reported

    @property
    def seconds(self):
        """None: no consumer is reported."""
        return settings.CONSUMER_SECONDS or None

    def look(self, pause):
        """Reports overdue tasks. Call it again within `pause` seconds."""
        for loop in self.loops:
            task = loop.task
            if task and self.is_late(task) and self.reported.get(loop) is not task:
                self.reported[loop] = task
                report(task, self.seconds)
        self.arm(pause)

    def is_late(self, task):
        return self.seconds is not None and time.monotonic() - task.started > self.seconds

    def arm(self, slack):
        """
        Makes the interpreter dump all stacks, from a thread without the GIL, unless it is armed
        again within `slack` seconds more than a consumer has: a loop in C code stops all Python
        threads, including this one.
        """
        if self.seconds is not None and self.output is not None:
            faulthandler.dump_traceback_later(self.seconds + slack, file=self.output)

    def disarm(self):
        if self.output is not None:
            faulthandler.cancel_dump_traceback_later()


def report(task, seconds):
    frame = sys._current_frames().get(task.thread)
    stack = "".join(traceback.format_stack(frame)).rstrip() if frame else None
    logger.handle(logger.makeRecord(
        logger.name, logging.ERROR, __file__, 0,
        "Still running after %s seconds (CONSUMER_SECONDS): %s", (seconds, task.description),
        None, sinfo=stack))
