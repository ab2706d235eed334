"""
What `manage.py check` says of a project that has left something out.
"""
import pytest
from django.core.checks import run_checks


def found():
    return {each.id for each in run_checks() if each.id.startswith("channels_lts.")}


def test_the_site_has_left_nothing_out():
    assert not found() & {"channels_lts.E010", "channels_lts.W010"}


@pytest.mark.parametrize("origin", ["example.org", "https://example.org/", "https://*.example.org"])
def test_an_allowed_origin_that_is_none_is_told(origin, settings):
    settings.CHANNELS_LTS = {"ALLOWED_ORIGINS": ["https://example.org", origin]}
    assert "channels_lts.E010" in found()


def test_a_middleware_that_comes_too_late_is_told(settings):
    settings.MIDDLEWARE = sorted(settings.MIDDLEWARE, key=lambda name: "SocketSession" in name)
    assert "channels_lts.W010" in found()
