"""
The binding: everybody sees what the admin, a socket or a shell does to a value.
"""
import pytest

from primer import bindings
from primer.models import IntegerValue

from ..support.admin import AdminPage
from ..support.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)


def watch(**kwargs):
    socket = Socket("/primer/values/", **kwargs).connect()
    frame, = socket.frames()
    assert (frame["stream"], frame["payload"]["action"]) == ("intval", "sync")
    return socket


def heard(socket):
    return [(frame["payload"]["action"], frame["payload"].get("data"))
            for frame in socket.frames()]


def ask(socket, action, **payload):
    socket.say({"stream": "intval", "payload": dict(payload, action=action)})


def test_the_admin_is_followed(client, admin):
    client.force_login(admin)
    socket = watch()
    client.post("/admin/primer/integervalue/add/", {"name": "apples", "value": 3})
    value = IntegerValue.objects.get()
    AdminPage(client, "/admin/primer/integervalue/%d/change/" % value.pk).save(value=4)
    AdminPage(client, "/admin/primer/integervalue/%d/delete/" % value.pk).send()
    assert heard(socket) == [("create", {"name": "apples", "value": 3}),
                             ("update", {"name": "apples", "value": 4}),
                             ("delete", {"name": "apples", "value": 4})]


def test_a_change_in_bulk_is_followed():
    IntegerValue.objects.create(name="apples", value=3)
    socket = watch()
    IntegerValue.objects.update(value=5)
    assert heard(socket) == [("update", {"name": "apples", "value": 5})]


def test_a_window_changes_the_other(settings):
    settings.OPEN_ACCESS = True
    first, second = watch(), watch()
    ask(first, "create", data={"name": "pears"})
    pk = IntegerValue.objects.get().pk
    ask(first, "update", pk=pk, data={"value": 7})
    ask(first, "delete", pk=pk)
    assert heard(second) == [("create", {"name": "pears", "value": 0}),
                             ("update", {"name": "pears", "value": 7}),
                             ("delete", {"name": "pears", "value": 7})]
    assert [action for action, _data in heard(first)] == [
        "create", "created", "update", "updated", "delete", "deleted"]


def test_a_name_is_there_once(settings):
    settings.OPEN_ACCESS = True
    IntegerValue.objects.create(name="apples")
    socket = watch()
    ask(socket, "create", data={"name": "apples"})
    payload = socket.frame()["payload"]
    assert (payload["code"], list(payload["errors"])) == ("invalid", ["name"])


def test_anonymous_visitors_change_nothing_when_access_is_closed():
    socket = watch()
    ask(socket, "create", data={"name": "pears"})
    assert socket.frame()["payload"]["code"] == "forbidden"
    assert not IntegerValue.objects.exists()


def test_clients_make_so_many_values_and_the_admin_more(settings, monkeypatch, client, admin):
    assert bindings.MOST_VALUES == 500
    monkeypatch.setattr(bindings, "MOST_VALUES", 2)
    settings.OPEN_ACCESS = True
    socket = watch()
    for name in ("apples", "pears", "plums"):
        ask(socket, "create", data={"name": name})
    payload = socket.frames()[-1]["payload"]
    assert (payload["code"], payload["message"]) == (
        "full", "There are already 2 values, and no more are accepted.")
    client.force_login(admin)
    client.post("/admin/primer/integervalue/add/", {"name": "plums", "value": 3})
    assert IntegerValue.objects.count() == 3
    ask(socket, "delete", pk=IntegerValue.objects.first().pk)
    ask(socket, "delete", pk=IntegerValue.objects.first().pk)
    ask(socket, "create", data={"name": "cherries"})
    assert socket.frames()[-1]["payload"]["action"] == "created"
