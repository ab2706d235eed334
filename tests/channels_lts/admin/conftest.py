import pytest
from django.conf import settings
from django.test import override_settings

from tests.support.admin import AdminPage

from . import urls  # noqa: F401 (which registers what is followed)


# Once per module: with other URLs, Django rebuilds the tables used by `reverse`, which took longer
# than most of these tests.
@pytest.fixture(autouse=True, scope="module")
def root_urls():
    with override_settings(ROOT_URLCONF="tests.channels_lts.admin.urls",
                           CHANNELS_LTS=dict(settings.CHANNELS_LTS, SITE_PLACES=None)):
        yield


@pytest.fixture
def open_page(client, admin):
    """Opens a page of the admin, as somebody who may do everything."""
    client.force_login(admin)
    return lambda path: AdminPage(client, "/admin/binding/" + path)
