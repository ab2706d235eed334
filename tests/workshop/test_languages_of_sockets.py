"""
The language of the answers on a socket.
"""
import pytest
from django.core.cache import cache
from django.utils import translation

from channels_lts.language import languages
from links.models import Tag
from tests.support.sockets import Socket

pytestmark = pytest.mark.django_db(transaction=True)
UNKNOWN = {"en": "The only action here", "es": "La única acción aquí"}


@pytest.fixture(autouse=True)
def open_access(settings):
    settings.OPEN_ACCESS = True
    languages.of.clear()


@pytest.fixture
def after_a_spanish_page():
    """As Django's middleware leaves it after a page."""
    translation.activate("es")
    yield
    translation.deactivate()


def accepting(header):
    return {"headers": [(b"accept-language", header)]}


def language_of(socket):
    """The language of a socket's error frame."""
    socket.say({"action": "?"})
    message = socket.frame()["error"]["message"]
    found = [code for code, text in UNKNOWN.items() if message.startswith(text)]
    assert len(found) == 1, message
    return found[0]


@pytest.mark.parametrize("handshake, code", [
    ({}, "en"), ({"language": "es"}, "es"), ({"language": "en"}, "en"),
    ({"language": "tlh"}, "en"), ({"language": "es-" + "x" * 500}, "en"),
    (accepting(b"es-AR,en;q=0.5"), "es"), (accepting(b"de, fr"), "en"),
    (dict(accepting(b"en"), language="es"), "es"),
    ({"headers": [(b"cookie", b"a=1")], "language": "es"}, "es"),
    (accepting(b"es," * 5000), "es"), (accepting(b"\xff"), "en"),
])
def test_it_is_that_of_the_handshake(after_a_spanish_page, handshake, code):
    socket = Socket("/users/", **handshake).connect()
    languages.of.clear()  # the frame comes to another worker
    assert [language_of(socket) for _ in range(2)] == [code, code]
    assert translation.get_language() == "es"  # the page's own message goes on


def test_frames_of_several_people_are_told_apart():
    sockets = {code: Socket("/users/", language=code).connect() for code in ("es", "en")}
    for _ in range(2):
        assert [language_of(sockets[code]) for code in ("es", "en")] == ["es", "en"]


def test_the_socket_of_a_page_that_is_gone_leaves_nothing_behind():
    socket = Socket("/users/", language="es").connect()
    language_of(socket)
    socket.disconnect()
    assert not languages.of


def test_the_cache_is_asked_once_for_a_frame_that_is_refused_at_once(monkeypatch):
    socket = Socket("/users/", language="es").connect()
    language_of(socket)
    monkeypatch.setattr(cache, "get", None)
    assert language_of(socket) == "es"


@pytest.mark.parametrize("data, code, text", [
    ({"name": " "}, "invalid", "Este campo no puede estar vacío."),
    ({"name": "\x00"}, "invalid", "No se permiten caracteres nulos."),
    ({"user": []}, "bad_data", "list no es del tipo del campo"),
])
def test_what_is_wrong_with_a_row_is_told_in_the_same_language(data, code, text):
    socket = Socket("/updates/tags/", language="es").connect()
    socket.frames()
    socket.say({"stream": "tags", "payload": {"action": "create", "data": data}})
    answer = socket.frame()["payload"]
    assert (answer["code"], list(answer["errors"].values())) == (code, [[text]])
    assert not Tag.objects.exists()


def test_chat_answers_in_it_too(db, alice):
    socket = Socket("/ws/chat/", language="es").connect()
    socket.frames()
    socket.say({"action": "typing"})
    assert socket.frame()["message"] == "Este socket solo da la lista de salas."
