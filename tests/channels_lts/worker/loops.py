"""
Running worker loops in the test's own process, on an in-memory layer.
"""
import logging

from asgiref.inmemory import ChannelLayer
from channels.asgi import ChannelLayerWrapper

from channels_lts.worker import Worker
from tests.support.waiting import in_thread, wait_for


class Log(logging.Handler):
    """The records of channels' logger and ours, which don't propagate to where caplog listens."""
    loggers = [logging.getLogger(name) for name in ("django.channels", "channels_lts")]

    def __init__(self):
        super().__init__()
        self.records = []

    def emit(self, record):
        record.text = self.format(record)  # with the traceback
        self.records.append(record)

    def __enter__(self):
        for logger in self.loggers:
            logger.addHandler(self)
        return self

    def __exit__(self, *exception):
        for logger in self.loggers:
            logger.removeHandler(self)

    def having(self, text):
        return [record for record in self.records if text in record.text]

    def one(self, text):
        found = self.having(text)
        assert len(found) == 1, [record.text for record in self.records]
        return found[0].text


def make_layer(*routing, layer=None, **options):
    return ChannelLayerWrapper(layer or ChannelLayer(**options), "default", list(routing))


def run(worker, until=None):
    """
    Runs the worker until it ends, or until the condition holds; fails if it raises. It runs in a
    thread, because a loop that doesn't end must fail the test and not stop the suite, and because
    it closes the database connections of its thread.
    """
    has_run = in_thread(worker.run)
    if until:
        wait_for(until)
        worker.termed = True
    has_run()


def consume(layer, *messages, worker_class=Worker, **options):
    """Sends each (channel, content), and runs a worker for as many messages."""
    for channel, content in messages:
        layer.send(channel, content)
    options.setdefault("max_messages", len(messages))
    worker = worker_class(layer, signal_handlers=False, **options)
    run(worker)
    return worker


def replies(layer, channel):
    """All that is waiting on the channel."""
    found = []
    while True:
        _, content = layer.receive([channel])
        if content is None:
            return found
        found.append(content)
