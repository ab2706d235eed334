"""
The database queries that docs/primer.md counts. tests/live/test_primer_costs.py counts the
commands to Redis.
"""
import json

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from primer import news
from primer.examples import EXAMPLES
from primer.models import IntegerValue

from .asking import Asked
from .costs import CASES, PERMISSION, SENT, UPDATE, costs

pytestmark = pytest.mark.django_db(transaction=True)

PATHS = {example.key: (example.kind, example.path) for example in EXAMPLES}


def send(key, sent, friend, alice):
    """Returns a function that does it once more."""
    kind, path = PATHS[key]
    if kind == "http":
        return lambda: Asked(path, query=sent.content).answer()
    socket = friend(path, alice if sent.is_user else None)

    def say():
        socket.say(sent.content)
        if key == "background":
            socket.consume("primer.work")
        frames = socket.frames()
        assert len(frames) == sent.answers and "error" not in json.dumps(frames)
    return say


def is_query(entry):
    """Not the beginning of a transaction, which databases count differently."""
    return not entry["sql"].startswith(("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT"))


@pytest.mark.parametrize("key, label", CASES)
def test_the_queries_of_a_message_are_those_of_the_document(
        key, label, friend, alice, settings):
    sent = SENT[key][label]
    settings.OPEN_ACCESS = sent.is_open
    alice.user_permissions.add(Permission.objects.get(codename=PERMISSION))
    IntegerValue.objects.create(pk=1, name="apples")
    news.tell("something")
    again = send(key, sent, friend, alice)
    again()
    with CaptureQueriesContext(connection) as captured:
        again()
    queries = [entry["sql"] for entry in captured.captured_queries if is_query(entry)]
    assert len(queries) == costs()[key, label].queries, queries


def test_the_anonymous_are_refused_before_any_query(friend, settings, django_assert_num_queries):
    settings.OPEN_ACCESS = False
    socket = friend("/primer/values/")
    with django_assert_num_queries(0):
        socket.say(UPDATE)
    answer, = socket.frames()
    assert answer["payload"]["code"] == "forbidden"


def test_every_line_of_the_document_is_counted():
    assert sorted(costs()) == sorted(CASES)
