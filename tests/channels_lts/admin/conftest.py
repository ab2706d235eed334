import pytest

from tests.support.admin import AdminPage

from . import urls  # noqa: F401 (which registers what is followed)


@pytest.fixture(autouse=True)
def root_urls(settings):
    settings.ROOT_URLCONF = "tests.channels_lts.admin.urls"
    settings.CHANNELS_LTS = dict(settings.CHANNELS_LTS, SITE_PLACES=None)


@pytest.fixture
def open_page(client, admin):
    """Opens a page of the admin, as somebody who may do everything."""
    client.force_login(admin)
    return lambda path: AdminPage(client, "/admin/binding/" + path)
