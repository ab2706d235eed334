"""
The engine's texts in the language of the person served.
"""
import pytest
from django.utils import translation

from channels_lts.frames import Undecided
from channels_lts.outages.errors import BUSY, UNAVAILABLE
from channels_lts.outages.told import Later
from channels_lts.security import handler, middleware


@pytest.mark.parametrize("make, english, spanish", [
    (Undecided, "This can't be answered right now", "Ahora no se puede responder"),
    (lambda: Later(UNAVAILABLE), "This can't be done right now", "Ahora no se puede hacer"),
    (lambda: Later(BUSY), "Somebody else is changing this", "Otra persona está cambiando esto"),
])
def test_an_outage_is_told_in_the_language_of_the_socket(make, english, spanish):
    with translation.override("en"):
        assert make().message.startswith(english)
    with translation.override("es"):
        assert make().message.startswith(spanish)


def test_a_line_of_text_is_in_the_language_of_the_page(settings):
    settings.TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
    with translation.override("es"):
        answers = [middleware.too_many(None, 30), middleware.unavailable(None),
                   handler.try_again()]
    assert [answer.content.decode("utf8") for answer in answers] == [
        "Demasiados intentos. Inténtalo de nuevo dentro de 30 segundos.\n",
        "Ahora no es posible. Inténtalo de nuevo dentro de 10 segundos.\n",
        "Inténtalo más tarde.\n"]
    assert {answer["Content-Type"] for answer in answers} == {"text/plain; charset=utf-8"}
