import pytest


@pytest.fixture(scope="module")
def django_settings():
    """Settings for the examples of a test with @given, put back when the module is through."""
    from django.conf import settings
    before = getattr(settings, "CHANNELS_LTS", None)
    yield settings
    if before is None:
        del settings.CHANNELS_LTS
    else:
        settings.CHANNELS_LTS = before
