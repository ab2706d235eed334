import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError


def test_open_access_without_debug_fails_the_deployment_check(settings):
    settings.OPEN_ACCESS = True
    with pytest.raises(SystemCheckError, match="workshop.E001"):
        call_command("check", deploy=True)


def test_closed_access_passes_it(settings):
    settings.OPEN_ACCESS = False
    call_command("check", deploy=True)


def test_a_prefix_fails_the_check(settings):
    settings.FORCE_SCRIPT_NAME = "/site"
    with pytest.raises(SystemCheckError, match="must live at /"):
        call_command("check")
