"""
Which consumer gets a message, and what of it.
"""
from channels import include, route

from channels_lts.worker import Worker

from .loops import consume, make_layer


def test_an_include_takes_its_prefix_off_for_its_own_routes_only():
    received = []
    layer = make_layer(
        include([route("test.any", lambda message: None, path="^/x$")], path="^/in"),
        include([route("test.any", received.append, path="^/(?P<name>y)$")], path="^/none"),
        include([route("test.any", lambda message, name: received.append((message["path"], name)),
                       path="^/(?P<name>y)$")], path="^/in"))
    consume(layer, ("test.any", {"path": "/in/y"}))
    assert received == [("/in/y", "y")]


class Whole:
    """What costs too much to copy for each include."""

    def __deepcopy__(self, memo):
        raise AssertionError("copied")


def test_what_a_message_carries_is_not_copied_to_find_its_consumer():
    received, headers = [], Whole()
    layer = make_layer(
        include([route("test.any", lambda message: None, path="^/x$")], path="^/in"),
        route("test.any", received.append))
    worker = Worker(layer, signal_handlers=False)
    worker.dispatcher.dispatch("test.any", {"path": "/in/y", "headers": headers})
    assert received[0]["headers"] is headers
