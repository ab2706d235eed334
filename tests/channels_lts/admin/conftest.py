import pytest

from tests.support.admin import AdminPage


@pytest.fixture(autouse=True)
def urls(settings):
    settings.ROOT_URLCONF = "tests.channels_lts.admin.urls"


@pytest.fixture
def open_page(client, admin):
    """Opens a page of the admin, as somebody who may do everything."""
    client.force_login(admin)
    return lambda path: AdminPage(client, "/admin/binding/" + path)
